/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;

import org.springframework.util.Assert;

/**
 * Holds the keys and the routing token that an enforcer shares with its approvers. The
 * text form contains no secret.
 *
 * @param routingToken the secret by which the gateway routes requests to the approver
 * @param encryptionKey the key for the encryption of artifacts
 * @param signerKeys the keys whose decisions are accepted
 * @param retiredKeys the keys of replaced pairings that were not revoked, by the
 * {@link #id() id} of their pairing. Their decisions on its requests are still accepted
 */
public record Pairing(String routingToken, EncryptionKey encryptionKey, List<SignerKey> signerKeys,
		Map<String, List<SignerKey>> retiredKeys) {

	/**
	 * The name of the pairing that is used unless a request specifies another.
	 */
	public static final String DEFAULT_NAME = "default";

	private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?");

	public Pairing {
		Assert.hasText(routingToken, "A pairing needs a routing token");
		Assert.notEmpty(signerKeys, "A pairing needs at least one signer key");
		signerKeys = List.copyOf(signerKeys);
		retiredKeys = Map.copyOf(retiredKeys);
	}

	/**
	 * Create a pairing without retired keys.
	 * @param routingToken the secret by which the gateway routes requests to the approver
	 * @param encryptionKey the key for the encryption of artifacts
	 * @param signerKeys the keys whose decisions are accepted
	 */
	public Pairing(String routingToken, EncryptionKey encryptionKey, List<SignerKey> signerKeys) {
		this(routingToken, encryptionKey, signerKeys, Map.of());
	}

	/**
	 * Validate the name of a pairing.
	 * @param name the name
	 * @return the name
	 * @throws IllegalArgumentException if the name does not consist of one to 50
	 * lower-case letters, digits and inner hyphens
	 */
	public static String requireName(String name) {
		Assert.isTrue(NAME.matcher(name).matches(),
				"The name of a pairing or group is one to 50 lower-case letters, digits and inner hyphens");
		return name;
	}

	/**
	 * Return the raw keys of this pairing, those that were replaced included.
	 * @return the keys as base64
	 */
	public Set<String> rawKeys() {
		return Stream.concat(this.signerKeys.stream(), this.retiredKeys.values().stream().flatMap(List::stream))
			.map(SignerKey::encode)
			.collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Return the id of this pairing, by which a request for it is recognized: the device
	 * of an approver keeps its key when it is paired again.
	 * @return the id, which is not secret
	 */
	public String id() {
		return this.encryptionKey.id();
	}

	/**
	 * Return the keys whose decisions on a request are accepted while this pairing is in
	 * force: those of this pairing, and for a request of a pairing that was replaced, the
	 * retired and the new ones. A key that was revoked does not decide on earlier
	 * requests, even if its device was paired again.
	 * @param asked the {@link #id() id} of the pairing that the request was encrypted for
	 * @param askedKeys the signer keys of that pairing
	 * @return the keys, or an empty list if that pairing was revoked, or is not known
	 */
	public List<SignerKey> keysFor(String asked, List<SignerKey> askedKeys) {
		if (asked.equals(id())) {
			return this.signerKeys;
		}
		List<SignerKey> retired = this.retiredKeys.getOrDefault(asked, List.of());
		if (retired.isEmpty()) {
			return List.of();
		}
		Set<String> revoked = askedKeys.stream().map(SignerKey::encode).collect(Collectors.toSet());
		retired.forEach((key) -> revoked.remove(key.encode()));
		return Stream
			.concat(retired.stream(), this.signerKeys.stream().filter((key) -> !revoked.contains(key.encode())))
			.distinct()
			.toList();
	}

	@Override
	public String toString() {
		return "Pairing[signerKeys=%s]".formatted(this.signerKeys);
	}

}
