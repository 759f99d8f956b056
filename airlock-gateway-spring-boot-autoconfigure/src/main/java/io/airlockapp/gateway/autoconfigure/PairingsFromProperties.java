/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Pairings from {@link AirlockGatewayProperties}, each of them validated.
 */
final class PairingsFromProperties {

	private PairingsFromProperties() {
	}

	/**
	 * Read the pairings whose keys are in properties.
	 * @return the pairings by name
	 */
	static Map<String, Pairing> read(AirlockGatewayProperties properties) {
		Map<String, Pairing> pairings = new LinkedHashMap<>();
		all(properties).forEach((name, source) -> {
			if (StringUtils.hasText(source.routingToken()) || StringUtils.hasText(source.encryptionKey())
					|| !source.signerKeys().isEmpty()) {
				pairings.put(name, pairing(prefix(name), source));
			}
		});
		return pairings;
	}

	/**
	 * Read the codes in properties.
	 * @return the codes by name of the pairing
	 */
	static Map<String, String> codes(AirlockGatewayProperties properties) {
		Map<String, String> codes = new LinkedHashMap<>();
		all(properties).forEach((name, source) -> {
			String code = source.code();
			if (StringUtils.hasText(code)) {
				codes.put(name, code.trim());
			}
		});
		return codes;
	}

	/**
	 * Return the names of the pairings in properties, also of those that are in a store.
	 */
	static Set<String> names(AirlockGatewayProperties properties) {
		Set<String> names = new LinkedHashSet<>(all(properties).keySet());
		properties.approvers().values().forEach((group) -> {
			names.addAll(group.pairings());
			group.escalation().forEach((step) -> names.addAll(step.pairings()));
		});
		return names;
	}

	/**
	 * Read the principals in properties.
	 * @return the principals by name of the pairing
	 */
	static Map<String, List<String>> principals(AirlockGatewayProperties properties) {
		Map<String, List<String>> principals = new LinkedHashMap<>();
		all(properties).forEach((name, source) -> {
			AirlockConfigurationException.throwIf(source.principals().stream().anyMatch(String::isBlank),
					prefix(name) + "principals", "it contains a blank name",
					"Set it to the names under which the owner of the pairing is authenticated, separated by commas.");
			source.principals()
				.forEach((principal) -> AirlockConfigurationException.requireNoPlaceholder(prefix(name) + "principals",
						principal));
			principals.put(name, source.principals());
		});
		return principals;
	}

	/**
	 * Return the prefix of the properties of a pairing.
	 */
	static String prefix(String name) {
		return FailureMessages.propertiesOf(name) + ".";
	}

	private static Map<String, AirlockGatewayProperties.Pairing> all(AirlockGatewayProperties properties) {
		Map<String, AirlockGatewayProperties.Pairing> all = new LinkedHashMap<>();
		all.put(Pairing.DEFAULT_NAME, properties.pairing().asPairing());
		properties.pairings().forEach((name, further) -> {
			String property = "airlock.gateway.pairings." + name + ".*";
			AirlockConfigurationException.throwIf(name.equals(Pairing.DEFAULT_NAME), property,
					"the default pairing has properties of its own", "Use 'airlock.gateway.pairing.*'.");
			try {
				all.put(Pairing.requireName(name), further);
			}
			catch (IllegalArgumentException ex) {
				throw AirlockConfigurationException.ofProperty(property, "its name cannot be one of a pairing",
						ex.getMessage() + ".");
			}
		});
		return all;
	}

	private static Pairing pairing(String prefix, AirlockGatewayProperties.Pairing source) {
		Map<String, String> signerKeys = source.signerKeys().isEmpty() ? Map.of("<id>", "") : source.signerKeys();
		return new Pairing(require(prefix, "routing-token", source.routingToken(), "", Function.identity()),
				require(prefix, "encryption-key", source.encryptionKey(), "32 bytes", EncryptionKey::parse),
				signerKeys.entrySet()
					.stream()
					.map((key) -> require(prefix, "signer-keys." + key.getKey(), key.getValue(),
							"the 32 bytes of the approver's Ed25519 public key",
							(text) -> SignerKey.of(key.getKey(), text)))
					.toList());
	}

	private static <T> T require(String prefix, String name, @Nullable String value, String form,
			Function<String, T> parser) {
		AirlockConfigurationException.throwIf(value == null || value.isBlank(), prefix + name,
				"it is missing, while other parts of the pairing are there",
				"Set '%1$srouting-token', '%1$sencryption-key' and at least one '%1$ssigner-keys.<id>', or none of them."
					.formatted(prefix));
		try {
			return parser.apply(value.trim());
		}
		catch (IllegalArgumentException ex) {
			throw AirlockConfigurationException.ofProperty(prefix + name, String.valueOf(ex.getMessage()),
					"Set it to %s as base64 or base64url.".formatted(form));
		}
	}

}
