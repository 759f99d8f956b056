/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Creates daemon threads that inherit nothing, such as a user, a tenant or a class
 * loader, from the thread that creates them.
 */
@SuppressWarnings("serial")
public final class DetachedThreadFactory extends CustomizableThreadFactory {

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
		thread.setContextClassLoader(DetachedThreadFactory.class.getClassLoader());
		return thread;
	}

}
