package io.airlockapp.gateway.autoconfigure;

import java.util.Locale;
import java.util.Set;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration that sanitizes the secrets of {@code airlock.gateway.*} in the
 * actuator endpoints that show properties. They are hidden even where these endpoints are
 * configured to show values, and from whatever property, environment variable or file
 * they came.
 */
@AutoConfiguration
@ConditionalOnClass(SanitizingFunction.class)
public final class AirlockSanitizingAutoConfiguration {

	private static final Set<String> SECRETS = Set.of("authpat", "authbearertoken", "authclientsecret",
			"pairingroutingtoken", "pairingencryptionkey", "pairingcode", "pairingstorekey");

	@Bean
	SanitizingFunction airlockSanitizingFunction(Environment environment,
			ObjectProvider<AirlockGatewayConnectionDetails> connectionDetails) {
		SecretValues secrets = new SecretValues(environment, connectionDetails::getIfUnique);
		return (data) -> isSecret(data.getKey()) || secrets.areIn(data.getValue()) ? data.withSanitizedValue() : data;
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
