package io.airlockapp.gateway.flows;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The platform threads that are alive.
 */
final class LiveThreads {

	private LiveThreads() {
	}

	static List<String> names() {
		ThreadGroup group = Thread.currentThread().getThreadGroup();
		while (group.getParent() != null) {
			group = group.getParent();
		}
		Thread[] threads = new Thread[2 * group.activeCount() + 100];
		group.enumerate(threads);
		return Arrays.stream(threads).filter(Objects::nonNull).map(Thread::getName).toList();
	}

}
