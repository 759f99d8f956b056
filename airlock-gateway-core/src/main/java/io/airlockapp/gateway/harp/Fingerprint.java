package io.airlockapp.gateway.harp;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The fingerprint by which a person compares a key on two devices: the first 8 bytes of
 * SHA-256 over the raw key.
 */
final class Fingerprint {

	private static final HexFormat FORMAT = HexFormat.ofDelimiter(":").withUpperCase();

	private Fingerprint() {
	}

	static String of(byte[] rawKey) {
		return FORMAT.formatHex(Arrays.copyOf(ArtifactHash.sha256(rawKey), 8));
	}

}
