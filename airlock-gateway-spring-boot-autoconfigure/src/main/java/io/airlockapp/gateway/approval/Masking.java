package io.airlockapp.gateway.approval;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hides values of one call and still binds them to its approval: what stands in their
 * place is a digest under a random key that never leaves this object, so that even a
 * value of few possibilities can't be found by trying.
 */
final class Masking {

	/**
	 * What people see in place of a hidden value.
	 */
	static final String MASK = "•••";

	private static final Pattern MASKED = Pattern.compile(MASK + " hmac-sha256:[0-9a-f]{64}");

	private static final String ALGORITHM = "HmacSHA256";

	private static final SecureRandom random = new SecureRandom();

	private final byte[] key = new byte[32];

	Masking() {
		random.nextBytes(this.key);
	}

	/**
	 * Return the text that takes the place of a value.
	 * @param canonicalValue the value's canonical JSON
	 * @return the mask with the digest
	 */
	String mask(byte[] canonicalValue) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(new SecretKeySpec(this.key, ALGORITHM));
			return MASK + " hmac-sha256:" + HexFormat.of().formatHex(mac.doFinal(canonicalValue));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has HMAC-SHA256", ex);
		}
	}

	/**
	 * Return whether a text is one that takes the place of a value. No other text is, so
	 * that nobody can have people see a mask instead of what they wrote.
	 * @param text the text
	 */
	static boolean isMask(String text) {
		return MASKED.matcher(text).matches();
	}

}
