/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import javax.management.ObjectName;

import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.benchmarks.refund.RefundApplication;
import io.airlockapp.gateway.benchmarks.refund.RefundService;
import io.airlockapp.gateway.benchmarks.wire.GatewayProcess;
import io.airlockapp.gateway.benchmarks.wire.HandWrittenApprovals;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Measures the memory of pending approvals: heap after garbage collection, resident
 * memory and threads, each per approval.
 */
public final class PendingMemory {

	private static final int WARM_UP = 200;

	private static final int LISTED_CLASSES = 40;

	private static final String COMMAND = "RefundService.refund(order=A-17, amount=2.50)";

	private static final String DESCRIPTION = "Refund 2.50 for order A-17";

	private static final Pattern HISTOGRAM_LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");

	private PendingMemory() {
	}

	/**
	 * Run the measurement.
	 * @param args the kind of requester ({@code guarded}: guarded methods that return
	 * futures, {@code group}: the same with two of three approvers, of which each request
	 * counts, {@code template}: the template, {@code hand}: a client without the
	 * starter), the number of pending approvals, by default 1000, and {@code histogram}
	 * to print the classes on the heap
	 * @throws Exception if the gateway does not start
	 */
	public static void main(String[] args) throws Exception {
		String kind = (args.length > 0) ? args[0] : "guarded";
		int count = (args.length > 1) ? Integer.parseInt(args[1]) : 1000;
		boolean histogram = args.length > 2 && args[2].equals("histogram");
		GatewayProcess gateway = GatewayProcess.start();
		Supplier<CompletableFuture<?>> question = question(kind, gateway.properties());
		for (int i = 0; i < WARM_UP; i++) {
			question.get().join();
		}
		gateway.hold();
		Usage before = Usage.measure(histogram);
		for (int i = 0; i < count / requests(kind); i++) {
			question.get();
		}
		gateway.awaitWaiting(count);
		Usage after = Usage.measure(histogram);
		System.out.printf(Locale.ROOT,
				"pending-memory java=%d kind=%s pending=%d heap=%.1f KiB/pending rss=%.1f KiB/pending threads=%.2f/pending%n",
				Runtime.version().feature(), kind, count, (after.heap - before.heap) / 1024.0 / count,
				(double) (after.resident - before.resident) / count, (double) (after.threads - before.threads) / count);
		after.print(before, count);
		// Exit without withdrawing the requests
		Runtime.getRuntime().halt(0);
	}

	/**
	 * Return the number of requests of one approval.
	 */
	private static int requests(String kind) {
		return kind.equals("group") ? 3 : 1;
	}

	private static Supplier<CompletableFuture<?>> question(String kind, Map<String, String> pairing) throws Exception {
		if (kind.equals("hand")) {
			return byHand(new HandWrittenApprovals(pairing));
		}
		var context = RefundApplication.start(pairing);
		if (kind.equals("template")) {
			AirlockGatewayTemplate template = context.getBean(AirlockGatewayTemplate.class);
			return () -> template
				.requestApprovalAsync(ApprovalRequest.builder("Refund", COMMAND).description(DESCRIPTION).build());
		}
		RefundService service = context.getBean(RefundService.class);
		if (kind.equals("group")) {
			return () -> service.refundByTwo("A-17", new BigDecimal("2.50"));
		}
		return () -> service.refundLater("A-17", new BigDecimal("2.50"));
	}

	private static Supplier<CompletableFuture<?>> byHand(HandWrittenApprovals approvals) {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("by-hand-");
		executor.setVirtualThreads(Boolean.getBoolean("spring.threads.virtual.enabled"));
		return () -> executor.submitCompletable(() -> approvals.request(COMMAND, DESCRIPTION));
	}

	/**
	 * Holds the resources that the process uses.
	 *
	 * @param heap the heap in bytes
	 * @param resident the resident memory in kilobytes
	 * @param threads the number of threads
	 * @param classes the number of instances, and their bytes, by class
	 */
	private record Usage(long heap, long resident, long threads, Map<String, long[]> classes) {

		static Usage measure(boolean histogram) throws Exception {
			MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
			// Repeat for objects that are released by finalization or reference queues
			// only
			for (int i = 0; i < 3; i++) {
				memory.gc();
				Thread.sleep(500);
			}
			return new Usage(memory.getHeapMemoryUsage().getUsed(), LinuxProcess.residentKilobytes(),
					LinuxProcess.threads(), histogram ? countClasses() : Map.of());
		}

		private static Map<String, long[]> countClasses() throws Exception {
			String histogram = (String) ManagementFactory.getPlatformMBeanServer()
				.invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
						new Object[] { null }, new String[] { String[].class.getName() });
			Map<String, long[]> classes = new HashMap<>();
			histogram.lines()
				.map(HISTOGRAM_LINE::matcher)
				.filter((line) -> line.matches())
				.forEach((line) -> classes.put(line.group(3),
						new long[] { Long.parseLong(line.group(1)), Long.parseLong(line.group(2)) }));
			return classes;
		}

		void print(Usage before, int count) {
			this.classes.entrySet()
				.stream()
				.sorted(Comparator.comparingLong((entry) -> -added(before, entry, 1)))
				.limit(LISTED_CLASSES)
				.forEach((entry) -> System.out.printf(Locale.ROOT, "%8.1f B/pending %6.2f/pending %s%n",
						(double) added(before, entry, 1) / count, (double) added(before, entry, 0) / count,
						entry.getKey()));
		}

		private static long added(Usage before, Map.Entry<String, long[]> entry, int column) {
			return entry.getValue()[column] - before.classes.getOrDefault(entry.getKey(), new long[2])[column];
		}

	}

}
