package io.airlockapp.gateway;

import java.util.regex.Pattern;

/**
 * Escapes the characters of a text that are invisible or change the display of other
 * characters. This is the single list of such characters: it is used to display guarded
 * invocations and all content of the simulator's page.
 */
public final class VisibleText {

	private static final Pattern PLAIN = Pattern.compile("(?!(?:null|true|false)$)[A-Za-z0-9_.:@/+-]{1,80}");

	/**
	 * Unicode's Default_Ignorable_Code_Point, as pairs of first and last code point. The
	 * list is explicit since the runtime's Unicode version may be older than the phone's.
	 */
	private static final int[] IGNORABLE = { 0xad, 0xad, 0x34f, 0x34f, 0x61c, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5,
			0x180b, 0x180f, 0x200b, 0x200f, 0x202a, 0x202e, 0x2060, 0x206f, 0x3164, 0x3164, 0xfe00, 0xfe0f, 0xfeff,
			0xfeff, 0xffa0, 0xffa0, 0xfff0, 0xfff8, 0x1bca0, 0x1bca3, 0x1d173, 0x1d17a, 0xe0000, 0xe0fff };

	/**
	 * Letters and symbols that are blank or placeholders.
	 */
	private static final int[] BLANK = { 0x2800, 0x2800, 0x2d7f, 0x2d7f, 0x303f, 0x303f, 0xfffc, 0xfffc, 0x13441,
			0x13442, 0x16fe4, 0x16fe4, 0x1d159, 0x1d159 };

	/**
	 * Marks that strike out their base character.
	 */
	private static final int[] OVERLAYS = { 0x334, 0x338, 0x20d2, 0x20d3, 0x20d8, 0x20da, 0x20e5, 0x20e6, 0x20ea,
			0x20eb };

	private static final String LOOK_LIKE_QUOTES = "\u02ba\u02dd\u02ee\u02f5\u02f6\u05f2\u05f4\u1cd3\u201c\u201d\u201e"
			+ "\u201f\u2033\u2034\u2036\u2037\u2057\u275d\u275e\u2760\u3003\u301d\u301e\u301f\uff02";

	private static final String LOOK_LIKE_APOSTROPHES = "'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02c8\u02ca\u02cb\u02f4"
			+ "\u0374\u0384\u055a\u055d\u05f3\u07f4\u07f5\u1fbd\u1fbf\u1fef\u1ffd\u1ffe\u2018\u2019\u201a\u201b"
			+ "\u2032\u2035\u275b\u275c\ua78b\ua78c\uff07\uff40";

	private static final int BULLET = '\u2022';

	private static final char FIRST_STRONG_ISOLATE = '\u2068';

	private static final char POP_DIRECTIONAL_ISOLATE = '\u2069';

	/**
	 * The maximum number of marks per letter. Languages do not require more, and more
	 * marks overlap adjacent lines.
	 */
	private static final int MAX_MARKS = 4;

	private final StringBuilder result = new StringBuilder();

	private final boolean quoted;

	private int marksLeft;

	private boolean afterApostrophe;

	private boolean rightToLeft;

	private VisibleText(boolean quoted) {
		this.quoted = quoted;
	}

	/**
	 * Return a text of unknown origin with its invisible characters escaped. Line feeds,
	 * tabs and closed isolates are preserved.
	 * @param text the text
	 * @return the escaped text
	 */
	public static String of(String text) {
		VisibleText visible = new VisibleText(false);
		boolean isolated = hasClosedIsolates(text);
		text.codePoints().forEach((c) -> {
			if (c == '\n' || c == '\t' || c == ' ' || (isolated && isIsolate(c))) {
				visible.appendAsIs(c);
			}
			else {
				visible.append(c);
			}
		});
		return visible.result.toString();
	}

	/**
	 * Return a value unchanged if it is a plain ASCII word, and quoted otherwise. The
	 * boundaries of the result are unambiguous: no surrounding text can be mistaken for a
	 * part of the value, and no part of the value for surrounding text.
	 * @param value the value
	 * @return the plain or quoted value
	 */
	public static String ofValue(String value) {
		return PLAIN.matcher(value).matches() ? value : quote(value);
	}

	/**
	 * Quote a value on a single line. If it contains right-to-left letters, it is
	 * isolated, since it would otherwise reorder the surrounding text.
	 * @param value the value
	 * @return the quoted value
	 */
	public static String quote(String value) {
		VisibleText visible = new VisibleText(true);
		visible.result.append('"');
		for (int i = 0; i < value.length();) {
			int c = value.codePointAt(i);
			int end = i + Character.charCount(c);
			if (c == ' ') {
				while (end < value.length() && value.charAt(end) == ' ') {
					end++;
				}
				visible.appendBlanks(end - i);
			}
			else {
				visible.append(c);
			}
			i = end;
		}
		visible.result.append('"');
		return visible.rightToLeft ? FIRST_STRONG_ISOLATE + visible.result.toString() + POP_DIRECTIONAL_ISOLATE
				: visible.result.toString();
	}

	/**
	 * Append a sequence of blanks as its length. Phones may collapse the sequence, and a
	 * long one would push the rest out of sight.
	 */
	private void appendBlanks(int count) {
		appendAsIs(' ');
		if (count > 1) {
			this.result.setLength(this.result.length() - 1);
			this.result.append("\\{").append(count).append(" blanks}");
		}
	}

	private void append(int c) {
		boolean apostrophe = LOOK_LIKE_APOSTROPHES.indexOf(c) != -1;
		if (isHidden(c) || (isMark(c) && this.marksLeft == 0) || (this.quoted && isDeceptive(c))
				|| (this.quoted && apostrophe && this.afterApostrophe)) {
			String hex = Integer.toHexString(c);
			escape((c > 0xffff) ? "\\u{" + hex + "}" : "\\u" + "0".repeat(4 - hex.length()) + hex);
		}
		else if (this.quoted && (c == '"' || c == '\\')) {
			escape("\\" + (char) c);
		}
		else if (isMark(c)) {
			this.result.appendCodePoint(c);
			this.marksLeft--;
		}
		else {
			appendAsIs(c);
			this.marksLeft = Character.isLetter(c) ? MAX_MARKS : 0;
			this.afterApostrophe = apostrophe;
			this.rightToLeft |= isRightToLeft(c);
		}
	}

	private void appendAsIs(int c) {
		this.result.appendCodePoint(c);
		this.marksLeft = 0;
		this.afterApostrophe = false;
	}

	private void escape(String escaped) {
		this.result.append(escaped);
		this.marksLeft = 0;
		this.afterApostrophe = false;
	}

	/**
	 * Return whether a character is always escaped.
	 */
	private static boolean isHidden(int c) {
		if (c >= ' ' && c <= '~') {
			return false;
		}
		return isIn(IGNORABLE, c) || isIn(BLANK, c) || isIn(OVERLAYS, c) || switch (Character.getType(c)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
					Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SPACE_SEPARATOR,
					Character.ENCLOSING_MARK ->
				true;
			default -> false;
		};
	}

	/**
	 * Return whether a character of a value could be mistaken for surrounding text: a
	 * mask, or the end of the quotation.
	 */
	private static boolean isDeceptive(int c) {
		return c == BULLET || LOOK_LIKE_QUOTES.indexOf(c) != -1;
	}

	private static boolean isMark(int c) {
		int type = Character.getType(c);
		return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
	}

	private static boolean isRightToLeft(int c) {
		byte direction = Character.getDirectionality(c);
		return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
				|| direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC
				|| direction == Character.DIRECTIONALITY_ARABIC_NUMBER;
	}

	private static boolean isIn(int[] ranges, int c) {
		for (int i = 0; i < ranges.length; i += 2) {
			if (ranges[i] <= c && c <= ranges[i + 1]) {
				return true;
			}
		}
		return false;
	}

	private static boolean isIsolate(int c) {
		return c == FIRST_STRONG_ISOLATE || c == POP_DIRECTIONAL_ISOLATE;
	}

	private static boolean hasClosedIsolates(String text) {
		boolean open = false;
		for (char c : text.toCharArray()) {
			if (isIsolate(c)) {
				if (open == (c == FIRST_STRONG_ISOLATE)) {
					return false;
				}
				open = !open;
			}
		}
		return !open;
	}

}
