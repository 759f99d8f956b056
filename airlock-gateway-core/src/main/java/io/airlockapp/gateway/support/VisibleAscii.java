package io.airlockapp.gateway.support;

/**
 * Checks texts that may consist of visible ASCII characters only: no white space, no line
 * break and no control character.
 */
public final class VisibleAscii {

	private VisibleAscii() {
	}

	/**
	 * Return whether a text has visible ASCII characters and no others.
	 * @param text the text
	 * @param maxLength how long it may be
	 * @return {@code false} also for an empty text
	 */
	public static boolean matches(String text, int maxLength) {
		return !text.isEmpty() && text.length() <= maxLength && text.chars().allMatch((c) -> c >= 0x21 && c <= 0x7e);
	}

}
