/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

/**
 * Validates texts that may consist of visible ASCII characters only: no white space, line
 * breaks or control characters.
 */
public final class VisibleAscii {

	private VisibleAscii() {
	}

	/**
	 * Return whether a text consists of visible ASCII characters only.
	 * @param text the text
	 * @param maxLength the maximum length
	 * @return {@code false} if the text is empty, too long or contains other characters
	 */
	public static boolean matches(String text, int maxLength) {
		return !text.isEmpty() && text.length() <= maxLength && text.chars().allMatch((c) -> c >= 0x21 && c <= 0x7e);
	}

}
