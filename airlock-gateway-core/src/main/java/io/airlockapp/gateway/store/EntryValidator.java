package io.airlockapp.gateway.store;

import java.util.regex.Pattern;

import io.airlockapp.gateway.harp.StrictUtf8;

/**
 * Validates the names and texts of entries, alike for every {@link PairingStore}.
 */
public final class EntryValidator {

	/**
	 * The longest text that is kept, in bytes: twice what callers may write, since it
	 * grows when it is encrypted.
	 */
	static final int MAX_SIZE = 128 * 1024;

	private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,62}[a-z0-9])?");

	private EntryValidator() {
	}

	/**
	 * Check a name, which then is safe in a file's name.
	 * @param name the entry's name
	 * @return the name
	 * @throws IllegalArgumentException if it is not of 1 to 64 lower-case letters,
	 * digits, dots and hyphens, with a letter or digit at either end
	 */
	public static String requireName(String name) {
		if (!NAME.matcher(name).matches()) {
			throw new IllegalArgumentException("The name of an entry has 1 to 64 lower-case letters, digits, dots and "
					+ "hyphens, with a letter or digit at either end");
		}
		return name;
	}

	/**
	 * Check a text, which then comes back from every kind of store as it was.
	 * @param text the entry's text
	 * @return the text
	 * @throws PairingStoreException if it is too long, is no Unicode text or has a NUL
	 * character, which not every database keeps
	 */
	public static String requireText(String text) {
		if (text.indexOf('\0') >= 0 || encode(text).length > MAX_SIZE) {
			throw new PairingStoreException(
					"The text of an entry has no NUL character and at most %d bytes".formatted(MAX_SIZE), null);
		}
		return text;
	}

	/**
	 * Return a text's bytes, but never with a question mark in place of what is no
	 * character.
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
