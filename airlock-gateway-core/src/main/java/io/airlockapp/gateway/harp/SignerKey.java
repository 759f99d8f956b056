/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.security.PublicKey;
import java.util.Arrays;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

/**
 * The Ed25519 public key of one approver's device.
 */
public final class SignerKey {

	private static final String ID_PREFIX = "key-";

	private static final HexFormat FINGERPRINT = HexFormat.ofDelimiter(":").withUpperCase();

	private final String id;

	private final byte[] raw;

	private final PublicKey publicKey;

	private SignerKey(String id, byte[] raw) {
		this.id = id;
		this.raw = raw;
		this.publicKey = Ed25519.publicKey(raw);
	}

	/**
	 * Create a key from its wire format.
	 * @param id the id of the key in decisions
	 * @param publicKey the key: 32 raw bytes or a {@code SubjectPublicKeyInfo}, as base64
	 * or base64url
	 * @return the key
	 * @throws IllegalArgumentException if the id is blank or the key is not an Ed25519
	 * public key
	 */
	public static SignerKey of(String id, String publicKey) {
		if (id.isBlank()) {
			throw new IllegalArgumentException("A signer key needs an id");
		}
		return new SignerKey(id, Curve25519Keys.raw(publicKey, Curve25519Keys.ED25519_SPKI_PREFIX, "A signer key"));
	}

	/**
	 * Return the id of the key in decisions.
	 * @return the id
	 */
	public String id() {
		return this.id;
	}

	/**
	 * Return the key as standard base64 of its 32 raw bytes. It is not secret.
	 * @return the encoded key
	 */
	public String encode() {
		return HarpBase64.encode(this.raw);
	}

	/**
	 * Return the fingerprint for a comparison with the phone, such as {@code
	 * 7C:E9:2A:31:19:FA:C4:8B}.
	 * @return the first 8 bytes of SHA-256 over the raw key
	 */
	public String fingerprint() {
		return FINGERPRINT.formatHex(Arrays.copyOf(ArtifactHash.sha256(this.raw), 8));
	}

	/**
	 * Return whether a signature of a message was made with this key.
	 * @param message the signed bytes
	 * @param signature the signature, which must have exactly 64 bytes
	 * @return {@code true} if the signature verifies
	 */
	public boolean verifies(byte[] message, byte[] signature) {
		return Ed25519.verify(this.publicKey, message, signature);
	}

	/**
	 * Return whether the given id refers to this key. Peers use ids with and without the
	 * {@code key-} prefix.
	 * @param otherId the id to compare
	 * @return {@code true} if the ids are equal except for the prefix
	 */
	boolean isNamed(String otherId) {
		return withoutPrefix(this.id).equals(withoutPrefix(otherId));
	}

	private static String withoutPrefix(String id) {
		return id.startsWith(ID_PREFIX) ? id.substring(ID_PREFIX.length()) : id;
	}

	@Override
	public boolean equals(@Nullable Object obj) {
		return obj instanceof SignerKey other && this.id.equals(other.id) && Arrays.equals(this.raw, other.raw);
	}

	@Override
	public int hashCode() {
		return this.id.hashCode() * 31 + Arrays.hashCode(this.raw);
	}

	@Override
	public String toString() {
		return "SignerKey[id=%s, fingerprint=%s]".formatted(this.id, fingerprint());
	}

}
