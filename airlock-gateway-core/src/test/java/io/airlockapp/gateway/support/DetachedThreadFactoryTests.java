/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.net.URL;
import java.net.URLClassLoader;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DetachedThreadFactory}.
 */
class DetachedThreadFactoryTests {

	private static final InheritableThreadLocal<String> tenant = new InheritableThreadLocal<>();

	private final ClassLoader original = Thread.currentThread().getContextClassLoader();

	@AfterEach
	void restore() {
		tenant.remove();
		Thread.currentThread().setContextClassLoader(this.original);
	}

	@Test
	void threadsInheritNothing() throws Exception {
		DetachedThreadFactory factory = new DetachedThreadFactory("test-");
		tenant.set("a");
		String[] inherited = { "not run" };
		Thread thread = factory.newThread(() -> inherited[0] = tenant.get());
		thread.start();
		thread.join();
		assertThat(inherited[0]).isNull();
		assertThat(thread.isDaemon()).isTrue();
	}

	@Test
	void threadsHaveTheClassLoaderOfTheCreatorOfTheFactory() {
		ClassLoader ofApplication = new URLClassLoader(new URL[0], this.original);
		Thread.currentThread().setContextClassLoader(ofApplication);
		DetachedThreadFactory factory = new DetachedThreadFactory("test-");
		Thread.currentThread().setContextClassLoader(this.original);
		assertThat(factory.newThread(() -> {
		}).getContextClassLoader()).isSameAs(ofApplication);
	}

}
