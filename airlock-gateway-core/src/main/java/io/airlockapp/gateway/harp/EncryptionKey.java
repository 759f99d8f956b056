/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/**
 * The AES-256 key that an enforcer shares with its approver. Its text form never contains
 * the key.
 */
public final class EncryptionKey {

	static final int SIZE = 32;

	private final SecretKey key;

	private EncryptionKey(byte[] raw) {
		this.key = new SecretKeySpec(raw, "AES");
	}

	/**
	 * Create a key from its bytes.
	 * @param raw the 32 bytes
	 * @return the key
	 * @throws IllegalArgumentException if there are not exactly 32 bytes: the JCA would
	 * accept 16 bytes and encrypt with AES-128
	 */
	public static EncryptionKey of(byte[] raw) {
		if (raw.length != SIZE) {
			throw new IllegalArgumentException(
					"An encryption key has %s bytes, but this one has %s".formatted(SIZE, raw.length));
		}
		return new EncryptionKey(raw.clone());
	}

	/**
	 * Create a key from its base64 or base64url encoding.
	 * @param text 32 bytes as base64 or base64url, padded or not
	 * @return the key
	 * @throws IllegalArgumentException if the text is not base64 or does not encode 32
	 * bytes
	 */
	public static EncryptionKey parse(String text) {
		return of(HarpBase64.decode(text));
	}

	/**
	 * Return the key as base64url without padding, the format of the properties. The
	 * result is secret.
	 * @return the encoded key
	 */
	public String encode() {
		return HarpBase64.encodeUrl(this.key.getEncoded());
	}

	/**
	 * Return an id of this key, which does not reveal it.
	 * @return the id
	 */
	public String id() {
		return derive("id").encode();
	}

	/**
	 * Derive a key for another purpose with HKDF. Neither key reveals the other.
	 * @param purpose the name of the purpose
	 * @return the derived key
	 */
	public EncryptionKey derive(String purpose) {
		return new EncryptionKey(Hkdf.derive(this.key.getEncoded(), purpose.getBytes(StandardCharsets.UTF_8)));
	}

	SecretKey asSecretKey() {
		return this.key;
	}

	@Override
	public boolean equals(@Nullable Object obj) {
		return obj instanceof EncryptionKey other
				&& MessageDigest.isEqual(this.key.getEncoded(), other.key.getEncoded());
	}

	@Override
	public int hashCode() {
		return this.key.hashCode();
	}

	@Override
	public String toString() {
		return "EncryptionKey[secret]";
	}

}
