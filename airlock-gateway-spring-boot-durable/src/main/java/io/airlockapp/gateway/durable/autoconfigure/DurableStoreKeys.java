/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import java.util.List;

import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.support.AirlockConfigurationException;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Holds the keys that encrypt recorded calls.
 *
 * @param key the key that encrypts
 * @param previous keys that only decrypt
 */
record DurableStoreKeys(EncryptionKey key, List<EncryptionKey> previous) {

	private static final String PROPERTY = "airlock.gateway.pairing.store.key";

	private static final String PREVIOUS_KEYS = "airlock.gateway.pairing.store.previous-keys";

	private static final String HOW_TO_MAKE = "Set it to 32 random bytes as base64 or base64url, such as 'openssl rand -base64 32' makes";

	static DurableStoreKeys of(Environment environment) {
		String key = environment.getProperty(PROPERTY);
		if (key == null) {
			throw new AirlockConfigurationException(
					"Property '%s' is missing: calls of durable methods are recorded only if they are encrypted"
						.formatted(PROPERTY),
					HOW_TO_MAKE + ", the same in all instances, or set 'airlock.gateway.durable.enabled=false'.");
		}
		List<String> previous = Binder.get(environment)
			.bind(PREVIOUS_KEYS, Bindable.listOf(String.class))
			.orElse(List.of());
		return new DurableStoreKeys(parse(PROPERTY, key),
				previous.stream().map((each) -> parse(PREVIOUS_KEYS, each)).toList());
	}

	private static EncryptionKey parse(String property, String key) {
		try {
			return EncryptionKey.parse(key.trim());
		}
		catch (IllegalArgumentException ex) {
			throw AirlockConfigurationException.ofProperty(property,
					key.isBlank() ? "it is blank" : String.valueOf(ex.getMessage()), HOW_TO_MAKE + ".");
		}
	}

	@Override
	public String toString() {
		return "DurableStoreKeys";
	}

}
