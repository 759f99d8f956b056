/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import io.airlockapp.gateway.benchmarks.LinuxProcess.Task;
import io.airlockapp.gateway.benchmarks.refund.RefundApplication;
import io.airlockapp.gateway.benchmarks.refund.RefundService;
import io.airlockapp.gateway.benchmarks.wire.GatewayProcess;

/**
 * Measures which threads an application without pending approvals has, and how often they
 * wake up.
 */
public final class IdleThreads {

	private IdleThreads() {
	}

	/**
	 * Run the measurement.
	 * @param args the duration in seconds, by default 60
	 * @throws Exception if the gateway does not start
	 */
	public static void main(String[] args) throws Exception {
		int seconds = (args.length > 0) ? Integer.parseInt(args[0]) : 60;
		try (GatewayProcess gateway = GatewayProcess.start()) {
			Map<String, Task> before = LinuxProcess.tasks();
			try (var context = RefundApplication.start(gateway.properties())) {
				// The threads that the first approval starts continue to run
				context.getBean(RefundService.class).refund("A-17", new BigDecimal("2.50"));
				// Wait for the end of the first heartbeat and of the compiler's work
				Thread.sleep(10_000);
				Map<String, Task> begin = LinuxProcess.tasks();
				Thread.sleep(seconds * 1000L);
				print(before, begin, LinuxProcess.tasks(), seconds);
			}
		}
	}

	private static void print(Map<String, Task> before, Map<String, Task> begin, Map<String, Task> end, int seconds) {
		Map<String, Double> threads = new TreeMap<>();
		double others = 0;
		for (Map.Entry<String, Task> entry : end.entrySet()) {
			Task task = entry.getValue();
			Task first = begin.get(entry.getKey());
			double perMinute = (task.waits() - ((first != null) ? first.waits() : 0)) * 60.0 / seconds;
			if (before.containsKey(entry.getKey()) || isOfThePlatform(task.name())) {
				others += perMinute;
			}
			else {
				threads.merge(task.name() + "#" + entry.getKey(), perMinute, Double::sum);
			}
		}
		StringBuilder list = new StringBuilder();
		threads.forEach((name, perMinute) -> list
			.append(String.format(Locale.ROOT, " %s=%.0f", name.replaceAll("#.*", "").replace(' ', '_'), perMinute)));
		System.out.printf(Locale.ROOT, "idle java=%d threads=%d wake-ups=%.0f/min platform=%.0f/min%s%n",
				Runtime.version().feature(), threads.size(),
				threads.values().stream().mapToDouble(Double::doubleValue).sum(), others, list);
	}

	/**
	 * Return whether a thread belongs to the virtual machine. Its compilers and
	 * collectors can wake up at any time.
	 */
	private static boolean isOfThePlatform(String name) {
		return name.matches("(C1|C2|GC|G1|VM|Sweeper|Common-Cleaner|Notification|Signal|Service|Monitor).*");
	}

}
