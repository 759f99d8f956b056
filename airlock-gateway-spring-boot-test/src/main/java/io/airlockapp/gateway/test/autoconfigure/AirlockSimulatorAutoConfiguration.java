/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.autoconfigure;

import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayConnectionDetails;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for the simulator of a test. It does not apply to all applications,
 * but is imported by
 * {@link AutoConfigureAirlockSimulator @AutoConfigureAirlockSimulator}.
 */
@AutoConfiguration(
		before = { AirlockSimulatorConnectionAutoConfiguration.class, AirlockGatewayAutoConfiguration.class })
public final class AirlockSimulatorAutoConfiguration {

	// Not the name that a bean of the application would have
	@Bean("airlockSimulatorOfTest")
	@ConditionalOnMissingBean
	AirlockSimulator airlockSimulator() {
		return AirlockSimulator.start();
	}

	/**
	 * Has precedence over details of the application, by which a test would send requests
	 * to its gateway.
	 */
	@Bean
	@Primary
	@ConditionalOnSingleCandidate(AirlockSimulator.class)
	AirlockGatewayConnectionDetails airlockSimulatorConnectionDetails(AirlockSimulator simulator,
			Environment environment) {
		return new SimulatorConnectionDetails(simulator, environment);
	}

	/**
	 * Limits the time for which requests before the first test can be pending, also if
	 * the simulator is a bean of the application.
	 */
	@Bean
	static BeanPostProcessor airlockSimulatorPatience() {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				if (bean instanceof AirlockSimulator simulator && simulator.patience() == null) {
					simulator.patience(DurationStyle.detectAndParse(AutoConfigureAirlockSimulator.DEFAULT_PATIENCE));
				}
				return bean;
			}

		};
	}

}
