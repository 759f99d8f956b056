/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test;

import java.util.List;
import java.util.Map;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Provides all tests of Spring's test framework with properties for durable approvals,
 * unless the application has them: the key that encrypts recorded calls, and a rate that
 * does not slow down their steps.
 */
final class TestDefaultsContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		return new TestDefaultsContextCustomizer();
	}

	/**
	 * Adds the properties with the lowest precedence.
	 */
	private record TestDefaultsContextCustomizer() implements ContextCustomizer {

		private static final Map<String, Object> DEFAULTS = Map.of("airlock.gateway.pairing.store.key",
				"c2ltdWxhdGVkLXN0b3JlLWtleS1vZi0zMi1ieXRlcyE=", "airlock.gateway.durable.calls-per-minute", 10_000);

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
			context.getEnvironment()
				.getPropertySources()
				.addLast(new MapPropertySource("airlockTestDefaults", DEFAULTS));
		}

	}

}
