/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
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
		try {
			ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
			byte[] bytes = new byte[encoded.remaining()];
			encoded.get(bytes);
			return bytes;
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException("A text has a lone surrogate: it cannot be written as UTF-8");
		}
	}

}
