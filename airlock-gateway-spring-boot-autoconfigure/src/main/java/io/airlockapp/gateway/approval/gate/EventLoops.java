package io.airlockapp.gateway.approval.gate;

import reactor.core.scheduler.Schedulers;

import org.springframework.util.ClassUtils;

/**
 * Identifies the threads that must never block, as far as Reactor identifies them.
 */
public final class EventLoops {

	public static final String REACTOR = "reactor.core.scheduler.Schedulers";

	private static final boolean REACTOR_PRESENT = ClassUtils.isPresent(REACTOR, EventLoops.class.getClassLoader());

	private EventLoops() {
	}

	/**
	 * Return whether the current thread serves many at a time, so that a wait in it would
	 * hold up all of them.
	 * @return whether it is such a thread
	 */
	static boolean isCurrentThread() {
		return REACTOR_PRESENT && Reactor.isCurrentThread();
	}

	private static final class Reactor {

		private static boolean isCurrentThread() {
			return Schedulers.isInNonBlockingThread();
		}

	}

}
