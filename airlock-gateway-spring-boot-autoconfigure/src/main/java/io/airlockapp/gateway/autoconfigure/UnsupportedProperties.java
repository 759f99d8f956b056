package io.airlockapp.gateway.autoconfigure;

import java.util.Map;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.core.env.Environment;

/**
 * Refuses properties whose features this version doesn't have, rather than let an
 * application believe in them.
 */
final class UnsupportedProperties {

	private static final Map<String, String> ACTIONS = Map.of("airlock.gateway.auth.device-login",
			"Remove it, and say who the application is with 'airlock.gateway.auth.pat'.");

	private UnsupportedProperties() {
	}

	static void check(Environment environment) {
		ACTIONS.forEach((name, action) -> {
			ConfigurationPropertyName property = ConfigurationPropertyName.of(name);
			for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
				if (isUsed(source, property)) {
					throw new AirlockConfigurationException(name, "this version does not support it", action, null);
				}
			}
		});
	}

	private static boolean isUsed(ConfigurationPropertySource source, ConfigurationPropertyName name) {
		return source.getConfigurationProperty(name) != null
				|| source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT;
	}

}
