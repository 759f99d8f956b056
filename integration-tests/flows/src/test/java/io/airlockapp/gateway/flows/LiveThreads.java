/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The platform threads of applications with a gateway that have been started since. Other
 * applications of the same process may be waiting for their next test.
 */
final class LiveThreads {

	private final Set<Thread> before = Set.copyOf(all());

	/**
	 * Return the names of those threads.
	 * @param prefixes what the names begin with
	 */
	List<String> named(String... prefixes) {
		return all().stream()
			.filter((thread) -> !this.before.contains(thread))
			.map(Thread::getName)
			.filter((name) -> !name.startsWith("airlock-simulator"))
			.filter((name) -> Arrays.stream(prefixes).anyMatch(name::startsWith))
			.toList();
	}

	private static List<Thread> all() {
		ThreadGroup group = Thread.currentThread().getThreadGroup();
		while (group.getParent() != null) {
			group = group.getParent();
		}
		Thread[] threads = new Thread[2 * group.activeCount() + 100];
		group.enumerate(threads);
		return Arrays.stream(threads).filter(Objects::nonNull).toList();
	}

}
