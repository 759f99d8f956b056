/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;

/**
 * Holds the keys and the routing token that an enforcer shares with its approvers. The
 * text form contains no secret.
 *
 * @param routingToken the secret by which the gateway routes requests to the approver
 * @param encryptionKey the key for the encryption of artifacts
 * @param signerKeys the keys whose decisions are accepted
 * @param retiredKeys the keys of replaced pairings, whose decisions are still accepted
 * for earlier requests
 */
public record Pairing(String routingToken, EncryptionKey encryptionKey, List<SignerKey> signerKeys,
		List<SignerKey> retiredKeys) {

	/**
	 * The name of the pairing that is used unless a request specifies another.
	 */
	public static final String DEFAULT_NAME = "default";

	private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?");

	public Pairing {
		if (routingToken.isBlank()) {
			throw new IllegalArgumentException("A pairing needs a routing token");
		}
		if (signerKeys.isEmpty()) {
			throw new IllegalArgumentException("A pairing needs at least one signer key");
		}
		signerKeys = List.copyOf(signerKeys);
		retiredKeys = List.copyOf(retiredKeys);
	}

	/**
	 * Create a pairing without retired keys.
	 * @param routingToken the secret by which the gateway routes requests to the approver
	 * @param encryptionKey the key for the encryption of artifacts
	 * @param signerKeys the keys whose decisions are accepted
	 */
	public Pairing(String routingToken, EncryptionKey encryptionKey, List<SignerKey> signerKeys) {
		this(routingToken, encryptionKey, signerKeys, List.of());
	}

	/**
	 * Validate the name of a pairing.
	 * @param name the name
	 * @return the name
	 * @throws IllegalArgumentException if the name does not consist of one to 50
	 * lower-case letters, digits and inner hyphens
	 */
	public static String requireName(String name) {
		if (!NAME.matcher(name).matches()) {
			throw new IllegalArgumentException(
					"The name of a pairing or group is one to 50 lower-case letters, digits and inner hyphens");
		}
		return name;
	}

	/**
	 * Return the raw keys of this pairing, those that were replaced included.
	 * @return the keys as base64
	 */
	public Set<String> rawKeys() {
		return Stream.concat(this.signerKeys.stream(), this.retiredKeys.stream())
			.map(SignerKey::encode)
			.collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Return the keys whose decisions on a request are accepted while this pairing is in
	 * force.
	 * @param askedKeys the signer keys of the pairing that was in force when the request
	 * was submitted
	 * @return the keys, starting with those of the request's pairing
	 */
	public List<SignerKey> keysFor(List<SignerKey> askedKeys) {
		List<SignerKey> keys = new ArrayList<>(askedKeys);
		keys.retainAll(this.retiredKeys);
		keys.addAll(this.signerKeys);
		return keys;
	}

	@Override
	public String toString() {
		return "Pairing[signerKeys=%s]".formatted(this.signerKeys);
	}

}
