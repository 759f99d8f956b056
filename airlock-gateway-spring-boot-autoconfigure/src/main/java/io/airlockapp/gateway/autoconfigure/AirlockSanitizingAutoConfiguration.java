package io.airlockapp.gateway.autoconfigure;

import java.util.Locale;
import java.util.Set;

import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration that keeps the secrets of {@code airlock.gateway.*} out of the
 * actuator endpoints that show properties, even where they are told to show values.
 */
@AutoConfiguration
@ConditionalOnClass(SanitizingFunction.class)
public final class AirlockSanitizingAutoConfiguration {

	private static final Set<String> SECRETS = Set.of("authpat", "authbearertoken", "authclientsecret",
			"pairingroutingtoken", "pairingencryptionkey", "pairingcode", "pairingstorekey");

	@Bean
	SanitizingFunction airlockSanitizingFunction() {
		return (data) -> isSecret(data.getKey()) ? data.withSanitizedValue() : data;
	}

	/**
	 * Return whether a property is a secret, in whatever way its name is written: as an
	 * environment variable it has no dashes, and may have underscores for dots.
	 */
	private static boolean isSecret(String name) {
		String letters = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
		if (!letters.startsWith("airlockgateway")) {
			return false;
		}
		// Further pairings have the default one's properties under their names
		String property = letters.substring("airlockgateway".length())
			.replaceFirst("^pairings.*(routingtoken|encryptionkey|code)$", "pairing$1");
		return SECRETS.contains(property);
	}

}
