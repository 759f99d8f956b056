/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.store;

import java.util.regex.Pattern;

import io.airlockapp.gateway.harp.StrictUtf8;

/**
 * Validates the names and texts of entries uniformly for every {@link PairingStore}.
 */
public final class EntryValidator {

	/**
	 * The maximum size of a stored text in bytes: twice the size that callers may write,
	 * since encryption enlarges it.
	 */
	static final int MAX_SIZE = 128 * 1024;

	private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,62}[a-z0-9])?");

	private EntryValidator() {
	}

	/**
	 * Validate a name, which is then safe in the name of a file.
	 * @param name the entry's name
	 * @return the name
	 * @throws IllegalArgumentException if the name does not consist of 1 to 64 lower-case
	 * letters, digits, dots and hyphens, with a letter or digit at either end
	 */
	public static String requireName(String name) {
		if (!NAME.matcher(name).matches()) {
			throw new IllegalArgumentException("The name of an entry has 1 to 64 lower-case letters, digits, dots and "
					+ "hyphens, with a letter or digit at either end");
		}
		return name;
	}

	/**
	 * Validate a text, which then is returned unchanged by every kind of store.
	 * @param text the entry's text
	 * @return the text
	 * @throws PairingStoreException if the text is too long, contains unpaired
	 * surrogates, or contains a NUL character, which some databases reject
	 */
	public static String requireText(String text) {
		if (text.indexOf('\0') >= 0 || encode(text).length > MAX_SIZE) {
			throw new PairingStoreException(
					"The text of an entry has no NUL character and at most %s bytes".formatted(MAX_SIZE), null);
		}
		return text;
	}

	/**
	 * Return the bytes of a text. Fails for unpaired surrogates instead of replacing them
	 * with question marks.
	 */
	static byte[] encode(String text) {
		try {
			return StrictUtf8.encode(text);
		}
		catch (IllegalArgumentException ex) {
			throw new PairingStoreException("The text of an entry has half a character", null);
		}
	}

}
