/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * Public keys of the 25519 curves as sent by peers: 32 raw bytes, or the 44 bytes of an
 * X.509 {@code SubjectPublicKeyInfo} (RFC 8410).
 */
final class Curve25519Keys {

	static final byte[] ED25519_SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

	static final byte[] X25519_SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b656e032100");

	private static final int RAW_SIZE = 32;

	private Curve25519Keys() {
	}

	static byte[] raw(String text, byte[] spkiPrefix, String what) {
		byte[] bytes;
		try {
			bytes = HarpBase64.decode(text);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("%s is not base64 or base64url".formatted(what));
		}
		if (bytes.length == RAW_SIZE) {
			return bytes;
		}
		int prefix = spkiPrefix.length;
		if (bytes.length == prefix + RAW_SIZE && Arrays.equals(bytes, 0, prefix, spkiPrefix, 0, prefix)) {
			return Arrays.copyOfRange(bytes, prefix, bytes.length);
		}
		throw new IllegalArgumentException("%s must be 32 raw bytes or a SubjectPublicKeyInfo of 44, but has %s bytes"
			.formatted(what, bytes.length));
	}

	static byte[] concat(byte[] first, byte[] second) {
		byte[] both = Arrays.copyOf(first, first.length + second.length);
		System.arraycopy(second, 0, both, first.length, second.length);
		return both;
	}

}
