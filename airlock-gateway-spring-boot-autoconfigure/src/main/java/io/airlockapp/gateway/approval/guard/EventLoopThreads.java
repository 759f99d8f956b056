/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import io.airlockapp.gateway.approval.snapshot.AsynchronousTypes;
import reactor.core.scheduler.Schedulers;

/**
 * Identifies the threads that must not block, according to Reactor, if that is present.
 */
public final class EventLoopThreads {

	private EventLoopThreads() {
	}

	/**
	 * Return whether the current thread must not block.
	 * @return {@code false} without Reactor
	 */
	public static boolean isCurrentThread() {
		return AsynchronousTypes.REACTOR_PRESENT && ReactorThreads.isCurrentThread();
	}

	private static final class ReactorThreads {

		private static boolean isCurrentThread() {
			return Schedulers.isInNonBlockingThread();
		}

	}

}
