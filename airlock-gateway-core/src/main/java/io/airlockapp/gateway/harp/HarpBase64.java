/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.util.Base64;

/**
 * Base64 as sent by peers: either alphabet, padded or not. Each byte sequence has exactly
 * one encoding per alphabet and padding, so that every bit of a text is significant.
 */
final class HarpBase64 {

	private HarpBase64() {
	}

	/**
	 * Decode a text.
	 * @param text the text to decode
	 * @return the bytes
	 * @throws IllegalArgumentException if the text is not base64; the message does not
	 * contain the text, which may be secret
	 */
	static byte[] decode(String text) {
		if (hasAny(text, '+', '/') && hasAny(text, '-', '_')) {
			throw new IllegalArgumentException("Not base64 or base64url: a mixture of both");
		}
		String unpadded = text;
		if (text.length() % 4 == 0 && text.endsWith("=")) {
			unpadded = text.substring(0, text.length() - (text.endsWith("==") ? 2 : 1));
		}
		String urlSafe = unpadded.replace('+', '-').replace('/', '_');
		byte[] bytes;
		try {
			bytes = Base64.getUrlDecoder().decode(urlSafe);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("Not base64 or base64url");
		}
		if (urlSafe.endsWith("=") || !encodeUrl(bytes).equals(urlSafe)) {
			throw new IllegalArgumentException("Not base64 or base64url: stray bits or padding at the end");
		}
		return bytes;
	}

	private static boolean hasAny(String text, char first, char second) {
		return text.indexOf(first) >= 0 || text.indexOf(second) >= 0;
	}

	static String encode(byte[] bytes) {
		return Base64.getEncoder().encodeToString(bytes);
	}

	static String encodeUrl(byte[] bytes) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

}
