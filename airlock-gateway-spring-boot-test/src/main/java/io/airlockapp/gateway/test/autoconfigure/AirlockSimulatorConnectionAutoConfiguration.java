/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.autoconfigure;

import java.time.Duration;

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

/**
 * Auto-configuration that pairs an application with its {@link AirlockSimulator} bean, if
 * it has one. Its requests to the simulator are not limited.
 */
@AutoConfiguration(before = AirlockGatewayAutoConfiguration.class)
@ConditionalOnSingleCandidate(AirlockSimulator.class)
public final class AirlockSimulatorConnectionAutoConfiguration {

	private static final Log logger = LogFactory.getLog(AirlockSimulatorConnectionAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean
	AirlockGatewayConnectionDetails airlockGatewayConnectionDetails(AirlockSimulator simulator,
			Environment environment) {
		logger.info("Approvals are simulated: %s".formatted(simulator.approverUrl()));
		return new SimulatorConnectionDetails(simulator, new ConfiguredApprovers(environment).names());
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
