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
		boolean standard = text.indexOf('+') >= 0 || text.indexOf('/') >= 0;
		byte[] bytes;
		try {
			bytes = (standard ? Base64.getDecoder() : Base64.getUrlDecoder()).decode(text);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("Not base64 or base64url");
		}
		Base64.Encoder encoder = standard ? Base64.getEncoder() : Base64.getUrlEncoder();
		if (!text.equals(encoder.encodeToString(bytes))
				&& !text.equals(encoder.withoutPadding().encodeToString(bytes))) {
			throw new IllegalArgumentException("Not base64 or base64url: stray bits or padding at the end");
		}
		return bytes;
	}

	static String encode(byte[] bytes) {
		return Base64.getEncoder().encodeToString(bytes);
	}

	static String encodeUrl(byte[] bytes) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

}
