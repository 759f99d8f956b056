/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.auth.GatewayCredentials;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * Detects the application's secrets, by the names of their properties and in other
 * values, whatever their origin. The properties are read each time, since they may
 * change.
 */
final class SecretValues {

	/**
	 * Minimum length of secrets, that of a pairing code. Shorter texts occur in too many
	 * other values.
	 */
	private static final int MIN_LENGTH = 6;

	/**
	 * Minimum length of a value that is hidden since it is part of a secret. A shorter
	 * value may be a word that the secret contains by coincidence.
	 */
	private static final int MIN_PART_LENGTH = 12;

	private static final String PREFIX = "airlock.gateway.";

	/**
	 * The only property with several secrets.
	 */
	private static final String FORMER_KEYS = "pairing.store.previous-keys";

	private static final List<String> NAMES = List.of("auth.pat", "auth.bearer-token", "auth.client-secret",
			"pairing.code", "pairing.routing-token", "pairing.encryption-key", "pairing.store.key", FORMER_KEYS);

	private static final List<String> NAMES_OF_PAIRING = List.of("code", "routing-token", "encryption-key");

	private static final Set<String> LETTERS = NAMES.stream()
		.map(SecretValues::letters)
		.collect(Collectors.toUnmodifiableSet());

	private final Environment environment;

	private final SingletonSupplier<List<String>> connectionSecrets;

	/**
	 * Create a detector.
	 * @param environment the environment with the properties
	 * @param connectionDetails the source of connection details, whose secrets may not be
	 * in the properties; they are read once, since that may take time
	 */
	SecretValues(Environment environment, Supplier<@Nullable AirlockGatewayConnectionDetails> connectionDetails) {
		this.environment = environment;
		this.connectionSecrets = SingletonSupplier.of(() -> secrets(connectionDetails.get()));
	}

	/**
	 * Return whether a property name is that of a secret, in any notation. Environment
	 * variables have no dashes, and may have underscores instead of dots.
	 */
	static boolean isNamedBy(String name) {
		String letters = letters(name);
		String prefix = letters(PREFIX);
		// Additional pairings have the properties of the default pairing under their
		// names
		return letters.startsWith(prefix) && LETTERS.contains(letters.substring(prefix.length())
			.replaceFirst("^pairings.*(routingtoken|encryptionkey|code)$", "pairing$1"));
	}

	private static String letters(String name) {
		return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
	}

	/**
	 * Return whether a value equals or contains a secret, or is a long part of one.
	 */
	boolean isIn(@Nullable Object value) {
		String text = text(value);
		if (text.length() < MIN_LENGTH) {
			return false;
		}
		return Stream.concat(properties(), connectionSecrets().stream())
			.map(SecretValues::normalize)
			.filter((secret) -> secret.length() >= MIN_LENGTH)
			.anyMatch((secret) -> text.contains(secret) || (text.length() >= MIN_PART_LENGTH && secret.contains(text)));
	}

	private static String text(@Nullable Object value) {
		if (value instanceof char[] characters) {
			return normalize(new String(characters));
		}
		return (value instanceof CharSequence || value instanceof Number) ? normalize(value.toString()) : "";
	}

	/**
	 * Normalize a text, since keys can be base64 or base64url, with or without padding.
	 */
	private static String normalize(String text) {
		return StringUtils.trimTrailingCharacter(text.strip().replace('-', '+').replace('_', '/'), '=');
	}

	private Stream<String> properties() {
		Binder binder = Binder.get(this.environment);
		List<String> names = new ArrayList<>();
		NAMES.forEach((name) -> names.add(PREFIX + name));
		String pairings = PREFIX + "pairings";
		bind(binder, pairings, Bindable.mapOf(String.class, Object.class)).flatMap((map) -> map.keySet().stream())
			.forEach((pairing) -> NAMES_OF_PAIRING.forEach((name) -> names.add(pairings + "." + pairing + "." + name)));
		bind(binder, PREFIX + "auth.client-registration-id", Bindable.of(String.class))
			.forEach((id) -> names.add("spring.security.oauth2.client.registration." + id + ".client-secret"));
		return Stream.concat(names.stream().flatMap((name) -> bind(binder, name, Bindable.of(String.class))),
				bind(binder, PREFIX + FORMER_KEYS, Bindable.listOf(String.class)).flatMap(List::stream));
	}

	private static <T> Stream<T> bind(Binder binder, String name, Bindable<T> target) {
		try {
			T bound = binder.bind(name, target).orElse(null);
			return Stream.ofNullable(bound);
		}
		catch (Exception ex) {
			// For example an unresolved placeholder, which is not a secret
			return Stream.empty();
		}
	}

	private List<String> connectionSecrets() {
		try {
			return this.connectionSecrets.obtain();
		}
		catch (Exception ex) {
			return List.of();
		}
	}

	private static List<String> secrets(@Nullable AirlockGatewayConnectionDetails details) {
		if (details == null) {
			return List.of();
		}
		GatewayCredentials credentials = details.getCredentials();
		Map<String, Pairing> pairings = details.getPairings();
		return Stream
			.concat(Stream.of(credentials.pat(), credentials.bearerToken(), credentials.clientSecret())
				.flatMap(Stream::ofNullable),
					pairings.values()
						.stream()
						.flatMap((pairing) -> Stream.of(pairing.routingToken(), pairing.encryptionKey().encode())))
			.toList();
	}

}
