/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.time.Duration;

import org.awaitility.Awaitility;

/**
 * Threads that the start of an application does not wait for, and that log.
 */
final class BackgroundThreads {

	private BackgroundThreads() {
	}

	/**
	 * Wait until threads have ended, so that the next test does not see what they log.
	 */
	static void awaitEnd(String name) {
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().startsWith(name)));
	}

}
