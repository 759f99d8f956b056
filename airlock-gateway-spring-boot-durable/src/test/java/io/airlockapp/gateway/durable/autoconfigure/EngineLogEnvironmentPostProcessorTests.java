/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EngineLogEnvironmentPostProcessor}.
 */
class EngineLogEnvironmentPostProcessorTests {

	private static final String LEVEL = "logging.level.com.github.kagkarlsson";

	@Test
	void informationOfTheEngineIsHidden() {
		assertThat(level(Map.of())).isEqualTo("warn");
		assertThat(level(Map.of("logging.level.com.example", "debug"))).isEqualTo("warn");
	}

	@Test
	void levelOfTheApplicationApplies() {
		assertThat(level(Map.of(LEVEL, "info"))).isEqualTo("info");
		assertThat(level(Map.of(LEVEL + ".scheduler.Scheduler", "debug"))).isNull();
	}

	private static String level(Map<String, Object> properties) {
		SpringApplication application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties(properties)
			.build();
		try (ConfigurableApplicationContext context = application.run("--spring.main.banner-mode=off")) {
			return context.getEnvironment().getProperty(LEVEL);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

	}

}
