/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.util.ClassUtils;

/**
 * Creates daemon threads that inherit nothing, such as a user or a tenant, from the
 * thread that creates them. They have the class loader of the thread that created the
 * factory, which is the application's at start.
 */
public final class DetachedThreadFactory extends CustomizableThreadFactory {

	private final transient @Nullable ClassLoader classLoader = ClassUtils.getDefaultClassLoader();

	/**
	 * Create a factory.
	 * @param namePrefix the prefix of the threads' names, which end with a number
	 */
	public DetachedThreadFactory(String namePrefix) {
		super(namePrefix);
	}

	@Override
	public Thread createThread(Runnable task) {
		Thread thread = new Thread(null, task, nextThreadName(), 0, false);
		thread.setDaemon(true);
		thread.setContextClassLoader(this.classLoader);
		return thread;
	}

}
