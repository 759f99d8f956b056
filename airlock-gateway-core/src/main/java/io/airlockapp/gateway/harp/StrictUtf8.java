/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.nio.charset.StandardCharsets;

/**
 * UTF-8 encoder that rejects lone surrogates (half of a UTF-16 pair).
 * {@link String#getBytes} replaces them by {@code ?}, so one signature would be valid for
 * two texts.
 */
public final class StrictUtf8 {

	private StrictUtf8() {
	}

	/**
	 * Encode a text.
	 * @param text the text
	 * @return the encoded bytes
	 * @throws IllegalArgumentException if the text contains a lone surrogate
	 */
	public static byte[] encode(String text) {
		if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
			throw new IllegalArgumentException("A text has a lone surrogate: it cannot be written as UTF-8");
		}
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
