/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.airlockapp.gateway.benchmarks.refund.RefundApplication;
import io.airlockapp.gateway.benchmarks.refund.RefundService;
import io.airlockapp.gateway.benchmarks.wire.GatewayProcess;

/**
 * Measures the time until all methods have started if all pending approvals are given at
 * the same time.
 */
public final class DecisionBurst {

	private static final double NANOS_PER_MILLI = 1_000_000;

	private DecisionBurst() {
	}

	/**
	 * Run the measurement.
	 * @param args the number of pending approvals, by default 1000, and the number of
	 * rounds, by default 5
	 * @throws Exception if the gateway does not start
	 */
	public static void main(String[] args) throws Exception {
		int count = (args.length > 0) ? Integer.parseInt(args[0]) : 1000;
		int rounds = (args.length > 1) ? Integer.parseInt(args[1]) : 5;
		try (GatewayProcess gateway = GatewayProcess.start();
				var context = RefundApplication.start(gateway.properties())) {
			RefundService service = context.getBean(RefundService.class);
			for (int i = 0; i < rounds; i++) {
				run(count, gateway, service);
			}
		}
	}

	private static void run(int count, GatewayProcess gateway, RefundService service) throws Exception {
		gateway.hold();
		var refunds = Stream.generate(() -> service.refundLater("A-17", new BigDecimal("2.50"))).limit(count).toList();
		gateway.awaitWaiting(count);
		long begin = System.nanoTime();
		gateway.decide();
		long delivered = System.nanoTime();
		long[] started = refunds.stream()
			.mapToLong(CompletableFuture::join)
			.map((time) -> time - begin)
			.sorted()
			.toArray();
		System.out.printf(Locale.ROOT,
				"decision-burst java=%d pending=%d delivered=%.0f ms first=%.0f ms p50=%.0f ms p99=%.0f ms last=%.0f ms%n",
				Runtime.version().feature(), count, (delivered - begin) / NANOS_PER_MILLI, started[0] / NANOS_PER_MILLI,
				started[count / 2] / NANOS_PER_MILLI, started[(int) (count * 0.99)] / NANOS_PER_MILLI,
				started[count - 1] / NANOS_PER_MILLI);
	}

}
