package io.airlockapp.gateway.autoconfigure;

import java.util.Map;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
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

	private static final Map<String, String> ACTIONS = Map.of("airlock.gateway.pairing.code",
			"Remove it, and set 'airlock.gateway.pairing.routing-token', 'airlock.gateway.pairing.encryption-key' and "
					+ "'airlock.gateway.pairing.signer-keys.<id>'.",
			"airlock.gateway.pairing.store", "Remove it; the pairing is read from 'airlock.gateway.pairing.*'.",
			"airlock.gateway.dnd.mode",
			"Set it to 'off' or remove it; do-not-disturb policies are not evaluated, so the person is asked.");

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
		ConfigurationProperty property = source.getConfigurationProperty(name);
		return (property != null && !isOff(property.getValue()))
				|| source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT;
	}

	private static boolean isOff(Object value) {
		// In YAML, a plain off means false
		return Boolean.FALSE.equals(value) || "off".equalsIgnoreCase(value.toString());
	}

}
