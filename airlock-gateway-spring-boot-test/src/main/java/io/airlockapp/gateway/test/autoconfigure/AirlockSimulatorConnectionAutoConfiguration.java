package io.airlockapp.gateway.test.autoconfigure;

import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayConnectionDetails;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration that pairs an application with its {@link AirlockSimulator} bean, if
 * it has one.
 */
@AutoConfiguration(before = AirlockGatewayAutoConfiguration.class)
@ConditionalOnSingleCandidate(AirlockSimulator.class)
public final class AirlockSimulatorConnectionAutoConfiguration {

	private static final Log logger = LogFactory.getLog(AirlockSimulatorConnectionAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean
	AirlockGatewayConnectionDetails airlockGatewayConnectionDetails(AirlockSimulator simulator) {
		logger.info("Approvals are simulated: %s".formatted(simulator.approverUrl()));
		return new SimulatorConnectionDetails(simulator);
	}

	@Bean
	@ConditionalOnMissingBean
	SimulatedApprover airlockSimulatedApprover(AirlockSimulator simulator) {
		return simulator.approver();
	}

}
