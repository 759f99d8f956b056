/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.lang.StackWalker.StackFrame;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.autoconfigure.AirlockDndAutoConfiguration;
import io.airlockapp.gateway.client.AirlockGatewayRestClientCustomizer;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests how many types of this library an auditor passes from the call of a guarded
 * method to the request that leaves.
 */
class CallStackTests {

	@Test
	void typesBetweenTheCallAndTheRequestAreFew() {
		try (AirlockSimulator simulator = AirlockSimulator.builder()
			.decideAutomatically((request) -> SimulatedDecision.approve())
			.start()) {
			SimulatedApplications.runner(simulator, Application.class)
				.withConfiguration(AutoConfigurations.of(AirlockDndAutoConfiguration.class))
				.run((context) -> {
					context.getBean(Payouts.class).payOut(5);
					// Then come the interceptor with the credentials and the request
					// itself
					assertThat(context.getBean(Application.class).types.get()).contains("EnforcingApprovalGate")
						.hasSizeLessThanOrEqualTo(14 - 2);
				});
		}
	}

	@Configuration
	static class Application {

		private final AtomicReference<Set<String>> types = new AtomicReference<>();

		@Bean
		Payouts payouts() {
			return new Payouts();
		}

		@Bean
		AirlockGatewayRestClientCustomizer recordingCustomizer() {
			return (builder) -> builder.requestInterceptor((request, body, execution) -> {
				if (request.getURI().getPath().endsWith("/artifacts")) {
					this.types.set(StackWalker.getInstance()
						.walk((frames) -> frames.map(StackFrame::getClassName)
							.filter((name) -> name.startsWith("io.airlockapp.gateway.")
									&& !name.startsWith(CallStackTests.class.getName()))
							.map((name) -> name.substring(name.lastIndexOf('.') + 1).split("\\$")[0])
							// Carries this interceptor itself
							.filter((name) -> !name.equals("ApplicationRestClientCustomizers"))
							.collect(Collectors.toCollection(LinkedHashSet::new))));
				}
				return execution.execute(request, body);
			});
		}

	}

	static class Payouts {

		@RequiresAirlockApproval("Pay out")
		public void payOut(int amount) {
		}

	}

}
