/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Escapes the characters of a text that are invisible, change the display of other
 * characters, or are not in Unicode's normal form C, so that different texts look
 * different. Values are also quoted, and contain only letters, digits and a list of other
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
	private static final int[] OVERLAYS = { 0x334, 0x338, 0x1cd4, 0x1cd4, 0x1ce2, 0x1ce8, 0x20d2, 0x20d3, 0x20d8,
			0x20da, 0x20e5, 0x20e6, 0x20ea, 0x20eb, 0x1d167, 0x1d169 };

	/**
	 * Punctuation and symbols of a value that are not escaped, in addition to those of
	 * ASCII and to currency signs. All others are escaped, because some of them look like
	 * a quotation mark or a mask.
	 */
	private static final String HARMLESS = "¡¿«»–—…§°©®™№²³¹¼½¾×÷±−≈≠≤≥∞←↑→↓" // Europe
			+ "\u05be\u060c\u061b\u061f\u066a\u066b\u06d4\u0589" // Middle East, Armenia
			+ "\u0964\u0965\u0f0d\u104a\u104b\u17d4\u1361\u1362\u1363" // Asia, Africa
			+ "、。〈〉《》「」『』【】〜！（），．：；？～"; // East Asia

	/**
	 * Punctuation and letters of a value that are escaped only if one follows another:
	 * two apostrophes look like a quotation mark, and several dots like a mask.
	 */
	private static final String NOT_IN_A_ROW = "'`\u2018\u2019\u05f3\u0f0b\u00b7\u30fb" // punctuation
			+ "\u0149\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u0559\u07f4\u07f5\u141f\u1420\u144a"
			+ "\u16cc\u2e2f\ua67f\ua78b\ua78c\ud81b\udf51\ud81b\udf52" // like apostrophes
			+ "\u1427\u318d\ua78f"; // letters like dots

	private static final int DOT_ABOVE = 0x307;

	private static final String SOFT_DOTTED = "ij\u012f\u0249\u0268\u0456\u0458\u1e2d\u1ecb";

	private static final String DOTLESS = "\u0131\u0237";

	/**
	 * Letters that look like a quotation mark or a mask.
	 */
	private static final String MISLEADING_LETTERS = "\u02ba\u02ee\u05f2\u1425\u1426\u2d48";

	/**
	 * Marks of Kana, which look like a quotation mark after other letters.
	 */
	private static final String OF_KANA = "\u3099\u309a\uff9e\uff9f";

	/**
	 * Blocks of pictographs, without ornamental quotation marks and black circles.
	 */
	private static final int[] PICTOGRAPHS = { 0x2600, 0x2687, 0x268a, 0x26a9, 0x26ac, 0x26ff, 0x2700, 0x2757, 0x2764,
			0x2764, 0x1f300, 0x1f64f, 0x1f680, 0x1f6ff, 0x1f900, 0x1f9ff, 0x1fa70, 0x1faff };

	private static final Pattern LETTERS_AND_DIGITS = Pattern.compile("[\\p{L}\\p{N}]+");

	private static final char FIRST_STRONG_ISOLATE = '\u2068';

	private static final char POP_DIRECTIONAL_ISOLATE = '\u2069';

	/**
	 * The maximum number of marks per letter. Languages do not require more, and more
	 * marks overlap adjacent lines.
	 */
	private static final int MAX_MARKS = 4;

	/**
	 * The maximum number of marks in a row of a text that is normalized as a whole.
	 */
	private static final int MAX_SORTED_MARKS = 32;

	/**
	 * The maximum number of isolates in one another: letters in a value that a
	 * description isolates, as its author does.
	 */
	private static final int MAX_ISOLATES = 4;

	/**
	 * A sign and a separator of numbers in the directions of characters, with nothing but
	 * numbers between them, of which different orders look the same.
	 */
	private static final Pattern SIGN_AND_SEPARATOR = Pattern.compile("(?<![EAST])[EA]*(?:S[EAS]*T|T[EAT]*S)");

	private final StringBuilder result = new StringBuilder();

	private final boolean quoted;

	private final boolean normalized;

	/**
	 * The last character and its marks, empty after an escaped one.
	 */
	private final StringBuilder cluster = new StringBuilder();

	private int marksLeft;

	private boolean rightToLeft;

	private VisibleText(String text, boolean quoted) {
		this.quoted = quoted;
		this.normalized = !hasManyMarks(text) && Normalizer.isNormalized(text, Form.NFC);
	}

	/**
	 * Return whether many marks follow each other. Java sorts them in quadratic time,
	 * which takes minutes for a text of 1 MB.
	 */
	private static boolean hasManyMarks(String text) {
		int marks = 0;
		for (int i = 0; i < text.length() && marks <= MAX_SORTED_MARKS; i += Character.charCount(text.codePointAt(i))) {
			marks = isMark(text.codePointAt(i)) ? marks + 1 : 0;
		}
		return marks > MAX_SORTED_MARKS;
	}

	/**
	 * Return a text of unknown origin with its invisible characters escaped. Line feeds,
	 * tabs and closed isolates are preserved.
	 * @param text the text
	 * @return the escaped text
	 */
	public static String of(String text) {
		VisibleText visible = new VisibleText(text, false);
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
	 * isolated, since it would otherwise reorder the surrounding text. If different
	 * orders would look the same, as beside other letters, they are isolated in it, too.
	 * @param value the value
	 * @return the quoted value
	 */
	public static String quote(String value) {
		VisibleText visible = new VisibleText(value, true);
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
		String quoted = visible.result.append('"').toString();
		if (!visible.rightToLeft) {
			return quoted;
		}
		return isolate(isAmbiguous(directions(quoted)) ? isolateLetters(quoted) : quoted);
	}

	/**
	 * Return whether different orders look the same: beside letters of the other
	 * direction, also those of an escaped character, without letters, with two kinds of
	 * digits, or with a sign and a separator.
	 */
	private static boolean isAmbiguous(String directions) {
		return directions.contains("L") || !directions.contains("R")
				|| (directions.contains("E") && directions.contains("A"))
				|| SIGN_AND_SEPARATOR.matcher(directions).find();
	}

	/**
	 * Return the direction of each character, as far as it matters.
	 */
	private static String directions(String text) {
		StringBuilder directions = new StringBuilder();
		text.codePoints().forEach((c) -> directions.append(switch (Character.getDirectionality(c)) {
			case Character.DIRECTIONALITY_LEFT_TO_RIGHT -> 'L';
			case Character.DIRECTIONALITY_RIGHT_TO_LEFT, Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC -> 'R';
			case Character.DIRECTIONALITY_EUROPEAN_NUMBER -> 'E';
			case Character.DIRECTIONALITY_ARABIC_NUMBER -> 'A';
			case Character.DIRECTIONALITY_EUROPEAN_NUMBER_TERMINATOR -> 'T';
			case Character.DIRECTIONALITY_EUROPEAN_NUMBER_SEPARATOR, Character.DIRECTIONALITY_COMMON_NUMBER_SEPARATOR ->
				'S';
			default -> '-';
		}));
		return directions.toString();
	}

	/**
	 * Isolate the right-to-left letters, with the blanks between them.
	 */
	private static String isolateLetters(String quoted) {
		int[] text = quoted.codePoints().toArray();
		StringBuilder isolated = new StringBuilder();
		boolean open = false;
		for (int i = 0; i < text.length; i++) {
			int c = text[i];
			boolean inside = isRightToLeft(c) || (open && (Character.getType(c) == Character.NON_SPACING_MARK
					|| (c == ' ' && isRightToLeft(text[i + 1]))));
			if (inside != open) {
				isolated.append(inside ? FIRST_STRONG_ISOLATE : POP_DIRECTIONAL_ISOLATE);
			}
			isolated.appendCodePoint(c);
			open = inside;
		}
		return isolated.toString();
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
		if (isHidden(c) || (isMark(c) && (this.marksLeft == 0 || isForeign(c) || isRepeated(c))) || isDenormalizing(c)
				|| isDetached(c) || (this.quoted && (!isPlain(c) || isInARow(c)))) {
			escape((c > 0xffff) ? "\\u{" + Integer.toHexString(c) + "}" : "\\u" + HexFormat.of().toHexDigits((char) c));
		}
		else if (this.quoted && (c == '"' || c == '\\')) {
			escape("\\" + (char) c);
		}
		else if (isMark(c)) {
			this.result.appendCodePoint(c);
			this.cluster.appendCodePoint(c);
			this.marksLeft--;
		}
		else {
			appendAsIs(c);
			this.marksLeft = Character.isLetter(c) ? MAX_MARKS : 0;
			this.rightToLeft |= isRightToLeft(c);
		}
	}

	private void appendAsIs(int c) {
		this.result.appendCodePoint(c);
		this.cluster.setLength(0);
		this.cluster.appendCodePoint(c);
		this.marksLeft = 0;
	}

	private void escape(String escaped) {
		this.result.append(escaped);
		this.cluster.setLength(0);
		this.marksLeft = 0;
	}

	/**
	 * Return whether a character, or its position after the one before, is not in normal
	 * form.
	 */
	private boolean isDenormalizing(int c) {
		return !this.normalized && !Normalizer.isNormalized(this.cluster + Character.toString(c), Form.NFC);
	}

	/**
	 * Return whether a mark is one of another script than the letter before. The joiners
	 * of some scripts are invisible there.
	 */
	private boolean isForeign(int mark) {
		UnicodeScript script = UnicodeScript.of(mark);
		return script != UnicodeScript.INHERITED && script != UnicodeScript.COMMON
				&& script != UnicodeScript.of(this.cluster.codePointAt(0));
	}

	private boolean isDetached(int c) {
		if (OF_KANA.indexOf(c) == -1) {
			return false;
		}
		UnicodeScript script = this.cluster.isEmpty() ? UnicodeScript.UNKNOWN
				: UnicodeScript.of(this.cluster.codePointAt(0));
		return script != UnicodeScript.HIRAGANA && script != UnicodeScript.KATAKANA;
	}

	/**
	 * Return whether the letter before has the same mark already, of which a font may
	 * draw one exactly over the other. The dot of a letter is not drawn below a mark.
	 */
	private boolean isRepeated(int mark) {
		int letter = this.cluster.codePointAt(0);
		return (mark == DOT_ABOVE && SOFT_DOTTED.indexOf(letter) != -1) || DOTLESS.indexOf(letter) != -1
				|| Normalizer.normalize(this.cluster, Form.NFD).codePoints().anyMatch((c) -> c == mark);
	}

	private boolean isInARow(int c) {
		return NOT_IN_A_ROW.indexOf(c) != -1 && !this.cluster.isEmpty()
				&& NOT_IN_A_ROW.indexOf(this.cluster.codePointAt(0)) != -1;
	}

	/**
	 * Return whether a character is always escaped.
	 * @param c the code point
	 * @return {@code true} if it is invisible or changes the display of others
	 */
	public static boolean isHidden(int c) {
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
	 * Return whether a character of a value cannot be mistaken for the end of the
	 * quotation or for a mask.
	 */
	private static boolean isPlain(int c) {
		if (c <= '~' || HARMLESS.indexOf(c) != -1 || NOT_IN_A_ROW.indexOf(c) != -1 || isIn(PICTOGRAPHS, c)) {
			return true;
		}
		return switch (Character.getType(c)) {
			case Character.UPPERCASE_LETTER, Character.LOWERCASE_LETTER, Character.TITLECASE_LETTER,
					Character.MODIFIER_LETTER, Character.OTHER_LETTER ->
				MISLEADING_LETTERS.indexOf(c) == -1;
			case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.DECIMAL_DIGIT_NUMBER,
					Character.LETTER_NUMBER, Character.CURRENCY_SYMBOL ->
				true;
			// Some of these contain a comma, a full stop or brackets
			case Character.OTHER_NUMBER ->
				LETTERS_AND_DIGITS.matcher(Normalizer.normalize(Character.toString(c), Form.NFKC)).matches();
			default -> false;
		};
	}

	private static boolean isMark(int c) {
		int type = Character.getType(c);
		return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
	}

	/**
	 * Return whether a text has right-to-left letters or digits.
	 * @param text the text
	 * @return whether it has any
	 */
	public static boolean hasRightToLeft(String text) {
		return text.codePoints().anyMatch(VisibleText::isRightToLeft);
	}

	/**
	 * Isolate a value from right-to-left text around it.
	 * @param value the plain or quoted value
	 * @return the isolated value
	 */
	public static String isolate(String value) {
		return FIRST_STRONG_ISOLATE + value + POP_DIRECTIONAL_ISOLATE;
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

	/**
	 * Return whether all isolates are closed. Phones need not support deep ones.
	 */
	private static boolean hasClosedIsolates(String text) {
		int depth = 0;
		for (char c : text.toCharArray()) {
			depth += (c == FIRST_STRONG_ISOLATE) ? 1 : (c == POP_DIRECTIONAL_ISOLATE) ? -1 : 0;
			if (depth < 0 || depth > MAX_ISOLATES) {
				return false;
			}
		}
		return depth == 0;
	}

}
