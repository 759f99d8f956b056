/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Sanitizes texts of the gateway for a log: one line, limited in length, and without
 * anything that resembles a token, since the gateway might repeat one of this
 * application.
 */
public final class SafeText {

	static final String MASK = "***";

	private static final int MAX_LENGTH = 200;

	private static final int MAX_INPUT_LENGTH = 4 * MAX_LENGTH;

	private static final String TOKEN_CHARACTER = "[A-Za-z0-9_+/=.~-]";

	private static final String TOKEN_START = "(?<!" + TOKEN_CHARACTER + ")";

	private static final String TOKEN_END = "(?!" + TOKEN_CHARACTER + ")";

	private static final String ID = "(?:req|call|msg)-\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}";

	private static final String WORDS = "[a-z]{1,16}(?:_[a-z]{1,16})+";

	private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]+");

	private static final Pattern TOKEN = Pattern.compile("airpat_\\S+|" + TOKEN_START + "(?!(?:" + ID + "|" + WORDS
			+ ")" + TOKEN_END + ")" + TOKEN_CHARACTER + "{24,}");

	private static final Pattern CUT_TOKEN = Pattern.compile(TOKEN_START + TOKEN_CHARACTER + "+$");

	private SafeText() {
	}

	/**
	 * Sanitize a text for a log.
	 * @param text the text of the gateway
	 * @return one line of at most about 200 characters
	 */
	public static String of(String text) {
		return of(text, List.of());
	}

	/**
	 * Sanitize a text for a log.
	 * @param text the text of the gateway
	 * @param secrets the secrets sent to the gateway, which may not resemble a token
	 */
	static String of(String text, List<String> secrets) {
		String masked = text;
		for (String secret : secrets) {
			masked = masked.replace(secret, MASK);
		}
		String line = UNPRINTABLE.matcher(start(masked)).replaceAll(" ");
		return cut(TOKEN.matcher(line).replaceAll(MASK));
	}

	private static String start(String text) {
		if (text.length() <= MAX_INPUT_LENGTH) {
			return text;
		}
		// The remainder of a truncated token might not resemble a token
		return CUT_TOKEN.matcher(text.substring(0, MAX_INPUT_LENGTH)).replaceFirst("") + "…";
	}

	private static String cut(String text) {
		if (text.length() <= MAX_LENGTH) {
			return text;
		}
		int end = Character.isHighSurrogate(text.charAt(MAX_LENGTH - 1)) ? MAX_LENGTH - 1 : MAX_LENGTH;
		return text.substring(0, end) + "…";
	}

}
