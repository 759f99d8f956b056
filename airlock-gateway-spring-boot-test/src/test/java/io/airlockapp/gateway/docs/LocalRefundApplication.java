/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import io.airlockapp.gateway.simulator.AirlockSimulator;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Example of an application that is started for development, with a simulator.
 */
// tag::local[]
class LocalRefundApplication {

	public static void main(String[] args) {
		SpringApplication.from(RefundApplication::main).with(Simulator.class).run(args);
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Simulator {

		@Bean
		AirlockSimulator airlockSimulator() {
			return AirlockSimulator.builder().port(8099).start();
		}

	}

}
// end::local[]
