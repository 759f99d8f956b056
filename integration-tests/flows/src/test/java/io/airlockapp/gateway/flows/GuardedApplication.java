/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.List;

import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with a guarded {@link PaymentService}.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ AirlockGatewayAutoConfiguration.class, AirlockApprovalAutoConfiguration.class,
		JacksonAutoConfiguration.class })
@Import({ PaymentService.class, Outcomes.class })
class GuardedApplication {

	/**
	 * So many calls that the quota never makes a test wait.
	 */
	static final String NO_RATE_LIMIT = "airlock.gateway.rate-limit.requests=100000";

	/**
	 * Assert that the log tells the outcome of the last approval in one line.
	 */
	static void assertOneOutcome(CharSequence log, String outcome) {
		List<String> lines = log.toString()
			.lines()
			.filter((line) -> line.contains(" INFO ") && line.matches(".*: Approval req-[0-9a-f-]{36} 'Pay.*"))
			.toList();
		assertThat(lines).singleElement().asString().contains(outcome);
	}

}
