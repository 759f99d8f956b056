package io.airlockapp.gateway.approval.argument.json;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Masks the hidden values of one call, and still binds them to its approval. A hidden
 * value is replaced by a digest with a random key that never leaves this object, so that
 * even a value with few possibilities can't be found by trying.
 */
public final class Masking {

	/**
	 * The text that represents a hidden value on the approver's device.
	 */
	public static final String MASK = "•••";

	private static final String ALGORITHM = "HmacSHA256";

	private static final byte[] processKey = newKey();

	private final byte[] key = newKey();

	/**
	 * Return the node that replaces a value.
	 * @param canonicalValue the canonical JSON of the value
	 * @return the node
	 */
	public MaskNode mask(byte[] canonicalValue) {
		String comparable = digest(processKey, canonicalValue);
		return new MaskNode(MASK + " hmac-sha256:" + digest(this.key, comparable.getBytes(StandardCharsets.US_ASCII)),
				comparable);
	}

	private static String digest(byte[] key, byte[] value) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(new SecretKeySpec(key, ALGORITHM));
			return HexFormat.of().formatHex(mac.doFinal(value));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has HMAC-SHA256", ex);
		}
	}

	private static byte[] newKey() {
		byte[] key = new byte[32];
		new SecureRandom().nextBytes(key);
		return key;
	}

}
