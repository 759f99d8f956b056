/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import io.airlockapp.gateway.simulator.AirlockSimulator;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * Applications that are paired with a simulator.
 */
final class SimulatedApplications {

	private SimulatedApplications() {
	}

	/**
	 * Return a runner of an application that is guarded and paired.
	 * @param simulator the gateway and its approver
	 * @param application the application's configuration
	 * @return the runner
	 */
	static ApplicationContextRunner runner(AirlockSimulator simulator, Class<?>... application) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
					AirlockApprovalAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withUserConfiguration(application)
			.withPropertyValues(properties(simulator));
	}

	/**
	 * Return the properties of an application that is paired.
	 * @param simulator the gateway and its approver
	 * @return the properties as pairs of name and value
	 */
	static String[] properties(AirlockSimulator simulator) {
		return simulator.properties()
			.entrySet()
			.stream()
			.map((entry) -> entry.getKey() + "=" + entry.getValue())
			.toArray(String[]::new);
	}

}
