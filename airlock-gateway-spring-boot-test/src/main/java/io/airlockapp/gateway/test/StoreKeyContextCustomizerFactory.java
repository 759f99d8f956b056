package io.airlockapp.gateway.test;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Provides tests with {@link AutoConfigureAirlockSimulator} with the key that recorded
 * calls are encrypted with, unless the application has one.
 */
final class StoreKeyContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		return TestContextAnnotationUtils.hasAnnotation(testClass, AutoConfigureAirlockSimulator.class)
				? new StoreKeyContextCustomizer() : null;
	}

	/**
	 * Adds the key with the lowest precedence.
	 */
	private record StoreKeyContextCustomizer() implements ContextCustomizer {

		private static final Map<String, Object> KEY = Map.of("airlock.gateway.pairing.store.key",
				"c2ltdWxhdGVkLXN0b3JlLWtleS1vZi0zMi1ieXRlcyE=");

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
			context.getEnvironment()
				.getPropertySources()
				.addLast(new MapPropertySource("airlockSimulatorStoreKey", KEY));
		}

	}

}
