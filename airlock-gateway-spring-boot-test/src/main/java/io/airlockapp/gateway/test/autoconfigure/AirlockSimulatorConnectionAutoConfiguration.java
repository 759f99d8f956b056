/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.autoconfigure;

import java.time.Duration;
import java.util.List;

import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayConnectionDetails;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.support.Ticker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration that pairs an application with its {@link AirlockSimulator} bean, if
 * it has one. Its requests to the simulator are not limited.
 */
@AutoConfiguration(before = AirlockGatewayAutoConfiguration.class)
@ConditionalOnSingleCandidate(AirlockSimulator.class)
public final class AirlockSimulatorConnectionAutoConfiguration {

	private static final List<String> CONFIGURED = List.of("airlock.gateway.base-url",
			"airlock.gateway.pairing.routing-token", "airlock.gateway.pairing.code", "airlock.gateway.auth.pat",
			"airlock.gateway.auth.bearer-token", "airlock.gateway.auth.client-id",
			"airlock.gateway.auth.client-registration-id");

	private static final Log logger = LogFactory.getLog(AirlockSimulatorConnectionAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean
	AirlockGatewayConnectionDetails airlockGatewayConnectionDetails(AirlockSimulator simulator,
			Environment environment) {
		CONFIGURED.stream()
			.filter((name) -> StringUtils.hasText(environment.getProperty(name)))
			.findFirst()
			.ifPresent((property) -> logger.warn(
					"A simulator bean approves in place of the gateway that '%s' is set for. Outside of a test, remove it"
						.formatted(property)));
		return new SimulatorConnectionDetails(simulator, environment);
	}

	@Bean
	@ConditionalOnMissingBean
	GatewayRateLimiter airlockRateLimiter() {
		// Tests send requests more often than people decide
		return new GatewayRateLimiter(Integer.MAX_VALUE, Duration.ofSeconds(1), Ticker.system());
	}

	@Bean
	@ConditionalOnMissingBean
	SimulatedApprover airlockSimulatedApprover(AirlockSimulator simulator) {
		return simulator.approver();
	}

}
