/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.security.SecureRandom;
import java.util.HexFormat;

import io.airlockapp.gateway.harp.Hkdf;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Masks the hidden values of one call, and still binds them to its approval. A hidden
 * value is replaced by a digest with a random key that is never sent, so that even a
 * value with few possibilities cannot be found by trying.
 */
public final class Masking {

	/**
	 * The text that represents a hidden value on the approver's device.
	 */
	public static final String MASK = "•••";

	private static final int KEY_LENGTH = 32;

	private static final SecureRandom random = new SecureRandom();

	private static final byte[] processKey = newKey();

	/**
	 * Created when it is first needed, since most calls hide nothing.
	 */
	private byte @Nullable [] key;

	/**
	 * Restore the masking of a recorded call, which replaces equal values by equal nodes.
	 * @param key the key of the masking
	 * @return the masking
	 */
	public static Masking restore(byte[] key) {
		Assert.isTrue(key.length == KEY_LENGTH, "A masking key has another length");
		Masking masking = new Masking();
		masking.key = key.clone();
		return masking;
	}

	/**
	 * Return the key, which is secret like the hidden values.
	 * @return a copy of the key
	 */
	public byte[] key() {
		return secret().clone();
	}

	/**
	 * Return the node that replaces a value.
	 * @param canonicalValue the canonical JSON of the value
	 * @return the node
	 */
	public SnapshotNode.Masked mask(byte[] canonicalValue) {
		return new SnapshotNode.Masked("hmac-sha256:" + digest(secret(), canonicalValue),
				digest(processKey, canonicalValue));
	}

	private byte[] secret() {
		byte[] secret = (this.key != null) ? this.key : newKey();
		this.key = secret;
		return secret;
	}

	private static String digest(byte[] key, byte[] value) {
		return HexFormat.of().formatHex(Hkdf.hmac(key, value));
	}

	private static byte[] newKey() {
		byte[] key = new byte[KEY_LENGTH];
		random.nextBytes(key);
		return key;
	}

}
