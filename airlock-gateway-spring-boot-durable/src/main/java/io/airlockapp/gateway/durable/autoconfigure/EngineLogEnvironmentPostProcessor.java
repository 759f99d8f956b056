/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Hides what db-scheduler logs at INFO, which is twenty lines at each start, unless the
 * application sets the level of one of its loggers.
 */
final class EngineLogEnvironmentPostProcessor implements EnvironmentPostProcessor {

	private static final String VENDOR = "com.github.kagkarlsson";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		Map<String, String> levels = Binder.get(environment)
			.bind("logging.level", Bindable.mapOf(String.class, String.class))
			.orElse(Map.of());
		if (levels.keySet().stream().noneMatch((logger) -> logger.startsWith(VENDOR))) {
			environment.getPropertySources()
				.addLast(new MapPropertySource("airlockEngineLog", Map.of("logging.level." + VENDOR, "warn")));
		}
	}

}
