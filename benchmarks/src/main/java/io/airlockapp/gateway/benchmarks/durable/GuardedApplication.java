/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.durable;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;

/**
 * Application with a database and a guarded method that is not durable. It prints the
 * median time of an invocation whose condition is {@code false}, in nanoseconds.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class GuardedApplication {

	private static final int BATCHES = 20;

	private static final int INVOCATIONS = 100_000;

	/**
	 * Run the measurement.
	 * @param args the properties
	 */
	public static void main(String[] args) {
		try (var context = new SpringApplicationBuilder(GuardedApplication.class).web(WebApplicationType.NONE)
			.run(args)) {
			Refunds refunds = context.getBean(Refunds.class);
			long[] nanos = new long[BATCHES];
			for (int batch = 0; batch < BATCHES; batch++) {
				long begin = System.nanoTime();
				for (int i = 0; i < INVOCATIONS; i++) {
					refunds.refund(BigDecimal.TEN);
				}
				nanos[batch] = System.nanoTime() - begin;
			}
			// The first half is a warm-up
			long[] measured = Arrays.copyOfRange(nanos, BATCHES / 2, BATCHES);
			Arrays.sort(measured);
			System.out.printf(Locale.ROOT, "%s%.1f%n", InstanceProcess.REPLY,
					(double) measured[measured.length / 2] / INVOCATIONS);
		}
	}

	@Bean
	Refunds refunds() {
		return new Refunds();
	}

	/**
	 * Service with a guarded method.
	 */
	static class Refunds {

		/**
		 * Refund an amount, of which small ones require no approval.
		 */
		@RequiresAirlockApproval(value = "Refund", condition = "#amount > 100")
		public BigDecimal refund(BigDecimal amount) {
			return amount;
		}

	}

}
