/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.text.Bidi;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link VisibleText}.
 */
class VisibleTextTests {

	private static final Pattern ISOLATE = Pattern
		.compile("\u2068((?:[^\u2068\u2069]|\u2068[^\u2068\u2069]*\u2069)*)\u2069");

	private static final Pattern VISIBLE = Pattern.compile("[\\p{L}\\p{N}\\p{P}\\p{S}\\p{M} ]");

	@ParameterizedTest
	@ValueSource(strings = { "A-17", "2.50", "-1", "someone@example.org", "2026-11-24T10:00:00Z", "a/b", "x_y",
			"1E+500", "nulls", "True" })
	void plainWordsAreNotQuoted(String value) {
		assertThat(VisibleText.ofValue(value)).isEqualTo(value);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "true", "false", "a b", "Größe", "a,b", "a=b", "(none)", "<1 more>", "[1]",
			"{}", "A-17\ua4f9\u3164amount\u4e8c1.00", "…", "١٢", "1\n", "#", "$x" })
	void quotesEverythingElse(String value) {
		assertThat(VisibleText.ofValue(value)).matches("\u2068?\".*\"\u2069?");
	}

	@Test
	void longTextIsQuoted() {
		assertThat(VisibleText.ofValue("x".repeat(80))).doesNotContain("\"");
		assertThat(VisibleText.ofValue("x".repeat(81))).contains("\"");
	}

	/**
	 * Java needs minutes to find out whether these marks are in normal form.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "\u0301\u0323", "\u0323\u0301", "\u0301" })
	void escapesManyMarksInLinearTime(String marks) {
		String text = "e" + marks.repeat(500_000 / marks.length());
		assertThat(VisibleText.of(text)).hasSizeGreaterThan(2_900_000);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 0x7, 0x9, 0xa, 0xd, 0x7f, 0x85, 0xa0, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x1680, 0x17b4,
			0x17b5, 0x180b, 0x180c, 0x180d, 0x180e, 0x180f, 0x2000, 0x2007, 0x200b, 0x200d, 0x200e, 0x200f, 0x2028,
			0x2029, 0x202a, 0x202e, 0x202f, 0x205f, 0x2060, 0x2065, 0x2066, 0x2067, 0x2068, 0x2069, 0x206f, 0x2800,
			0x3000, 0x3164, 0xd83d, 0xde00, 0xe000, 0xfdd0, 0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0xfffc, 0xffff,
			0x1bca0, 0x1d159, 0x1d173, 0xe0001, 0xe0020, 0xe0100, 0xe01ef, 0xe0fff, 0xf0000, 0x10ffff, 0x338, 0x20dd })
	void invisibleCharactersAreEscaped(int c) {
		String escaped = String.format((c > 0xffff) ? "\\u{%x}" : "\\u%04x", c);
		assertThat(VisibleText.quote("a" + Character.toString(c) + "b")).isEqualTo("\"a" + escaped + "b\"");
		if (c != '\n' && c != '\t') {
			assertThat(VisibleText.of("a" + Character.toString(c) + "b")).isEqualTo("a" + escaped + "b");
		}
	}

	@Property(tries = 20000)
	void everyCharacterIsSeenOrSpelledOut(@ForAll @IntRange(max = Character.MAX_CODE_POINT) int c) {
		String quoted = VisibleText.quote(Character.toString(c));
		String shown = quoted.replaceAll("[\u2068\u2069]", "").replaceAll("^\"|\"$", "");
		if (shown.length() < 3) {
			assertThat(shown.codePoints()).allMatch((visible) -> VISIBLE.matcher(Character.toString(visible)).matches())
				.noneMatch((visible) -> Pattern.matches("\\p{M}|[\\p{Z}&&[^ ]]", Character.toString(visible)));
		}
		else {
			assertThat(shown).matches("\\\\u([0-9a-f]{4}|\\{[0-9a-f]{5,6}})");
		}
	}

	@ParameterizedTest
	@CsvSource({ "\u0301a,\\u0301a", "q\u0301,q\u0301", "1\u0301,1\\u0301", "\u200b\u0301,\\u200b\\u0301",
			"'\"\u0301','\\\"\\u0301'", "a \u0301,a \\u0301", "\u0915\u093f,\u0915\u093f", "Ac\u1a60me,Ac\\u1a60me",
			"\u0915\u1039,\u0915\\u1039", "\u1000\u1039\u1000,\u1000\u1039\u1000",
			"Mari\u0307a Rossi,Mari\\u0307a Rossi", "j\u0307,j\\u0307", "\u0456\u0307,\u0456\\u0307",
			"\u00e9\u0301,\u00e9\\u0301", "q\u0301\u0301,q\u0301\\u0301", "\u0117\u0301,\u0117\u0301",
			"a\u1ce2,a\\u1ce2", "Mar\u0131\u0301a Rossi,Mar\u0131\\u0301a Rossi", "q\u0307,q\u0307",
			"\u1ecb\u0307,\u1ecb\\u0307" })
	void spellsOutMarksThatHaveNoLetterOfTheirOwn(String value, String expected) {
		assertThat(VisibleText.quote(value)).isEqualTo("\"" + expected + "\"");
	}

	@ParameterizedTest
	@CsvSource({ "\uff76\uff9e,\uff76\uff9e", "A-17\uff9e,A-17\\uff9e", "\uff76\uff9e\uff9e,\uff76\uff9e\\uff9e",
			"a\u3099,a\\u3099", "\u31f7\u309a,\u31f7\u309a", "\u02bf\u02bf,\u02bf\\u02bf",
			"\u0559\u0559,\u0559\\u0559" })
	void marksOfKanaAndApostrophesAreNoQuotationMarks(String value, String expected) {
		assertThat(VisibleText.quote(value)).isEqualTo("\"" + expected + "\"");
	}

	@Test
	void spellsOutMarksThatReachIntoOtherLines() {
		assertThat(VisibleText.quote("q\u0300\u0301\u0302\u0303\u0304\u0306"))
			.isEqualTo("\"q\u0300\u0301\u0302\u0303\\u0304\\u0306\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u201d", "\u201c", "\u2033", "\u02ba", "\uff02", "\u3003", "\u2022" })
	void quotationMarksAndMasksAreEscaped(String value) {
		assertThat(VisibleText.quote(value)).isEqualTo("\"\\u%04x\"".formatted((int) value.charAt(0)));
		assertThat(VisibleText.of(value)).isEqualTo(value);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0x1f676, 0x1f677, 0x1f678, 0x2e42, 0x275d, 0x276e, 0x2329, 0x2983, 0xfe41, 0x2219, 0x25cf,
			0x26ab, 0x2981, 0x2312, 0xa78a, 0xff1d, 0xfe50, 0x1f101, 0x2474, 0x2037, 0x1426, 0x2ee, 0x2d48 })
	void spellsOutOtherPunctuationAndSymbols(int c) {
		assertThat(VisibleText.quote("a" + Character.toString(c)))
			.matches("\"a\\\\u(\\p{XDigit}{4}|\\{\\p{XDigit}{5}})\"");
	}

	@Test
	void spellsOutEverythingThatHasTheNameOfAQuotationMarkOrOfADot() {
		Pattern names = Pattern
			.compile("QUOTATION|DITTO|DOUBLE PRIME|GERSHAYIM|(?<!WITH |HEART )BULLET|BLACK CIRCLE|DOT OPERATOR");
		assertThat(IntStream.rangeClosed(0x80, Character.MAX_CODE_POINT)
			.filter((c) -> Character.isDefined(c) && Character.getType(c) != Character.NON_SPACING_MARK)
			.filter((c) -> names.matcher(Character.getName(c)).find())
			.filter((c) -> !"\u00ab\u00bb\u2018\u2019".contains(Character.toString(c)))
			.filter((c) -> isReadable(VisibleText.quote("a" + Character.toString(c))))
			.mapToObj(Character::getName)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Größe, 5 € (20 % off!)", "Šišlání – vždy… «так»", "L’année d'or", "Tiếng Việt", "Ελλάδα",
			"Москва №5", "ქართული", "Հայերեն։", "हिन्दी में।", "ภาษาไทย ๑๒", "한국어・中文，「日本語」。", "አማርኛ፡ነው።",
			"x² ≤ ½·y → ±3 °C", "¥100 £5 ₹7", "Danke 😀🚀 ☀ ❤", "Ⅷ ① 三" })
	void lettersOfManyScriptsAreNotEscaped(String text) {
		assertThat(VisibleText.quote(text)).isEqualTo('"' + text + '"');
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u05e2\u05d1\u05e8\u05d9\u05ea \u05d2\u05f3",
			"\u0627\u0644\u0639\u0631\u0628\u064a\u0629\u060c \u0665\u066a\u061f" })
	void rightToLeftScriptsAreNotEscaped(String text) {
		assertThat(VisibleText.quote(text)).isEqualTo("\u2068\"" + text + "\"\u2069");
	}

	@ParameterizedTest
	@CsvSource({ "cafe\u0301,cafe\\u0301", "caf\u00e9,caf\u00e9", "5 \u212b,5 \\u212b", "5 \u00c5,5 \u00c5",
			"\u1112\u1161\u11ab\uae00,\u1112\\u1161\u11ab\uae00", "q\u0315\u0300,q\u0315\\u0300",
			"q\u0300\u0315,q\u0300\u0315", "\u0958,\\u0958", "\u0915\u093c,\u0915\u093c", "\uf900,\\uf900",
			"e\u0301\u0300x,e\\u0301\\u0300x" })
	void textNotInNormalFormIsEscaped(String value, String expected) {
		assertThat(VisibleText.quote(value)).isEqualTo('"' + expected + '"');
		assertThat(VisibleText.of(value)).isEqualTo(expected);
	}

	@Property(tries = 5000)
	void quotedTextIsInNormalFormAndComplete(@ForAll("composable") String value) {
		String quoted = VisibleText.quote(value);
		assertThat(Normalizer.isNormalized(quoted, Form.NFC)).isTrue();
		assertThat(VisibleText.of(quoted)).isEqualTo(quoted);
		assertThat(unescape(quoted)).isEqualTo(value);
	}

	@Property(tries = 2000)
	void textInAnotherFormLooksDifferent(@ForAll("composable") String value) {
		List<String> forms = Stream.of(Form.values())
			.map((form) -> Normalizer.normalize(value, form))
			.distinct()
			.toList();
		assertThat(forms.stream().map((form) -> Normalizer.normalize(VisibleText.quote(form), Form.NFC)).distinct())
			.hasSameSizeAs(forms);
	}

	@Provide
	Arbitrary<String> composable() {
		return Arbitraries
			.of("a", "e", "q", "\u00e9", "\u0300", "\u0301", "\u0315", "\u0323", "\u0327", "\u212b", "\u1112", "\u1161",
					"\u11ab", "\uac00", "\u09c7", "\u09be", "\u0915", "\u093c", "\u0958", "'", "\"", "\\", "\u2022",
					"7", "\u200b", "\ud834\udd5e", "\u0f71", "\u0f72", "\u05d0", "\u05b8", "\ufb2e", "=", "\u0338")
			.list()
			.ofMaxSize(12)
			.map((parts) -> String.join("", parts));
	}

	private static boolean isReadable(String quoted) {
		return !quoted.contains("\\");
	}

	private static String unescape(String quoted) {
		return Pattern.compile("\\\\u\\{(\\p{XDigit}+)}|\\\\u(\\p{XDigit}{4})|\\\\(.)")
			.matcher(quoted.replaceAll("[\u2068\u2069]", "").replaceAll("^\"|\"$", ""))
			.replaceAll((match) -> Matcher.quoteReplacement((match.group(3) != null) ? match.group(3) : Character
				.toString(Integer.parseInt((match.group(1) != null) ? match.group(1) : match.group(2), 16))));
	}

	@Test
	void dotsAreNoMask() {
		assertThat(VisibleText.quote("col\u00b7legi")).isEqualTo("\"col\u00b7legi\"");
		assertThat(VisibleText.quote("\u00b7\u30fb\u318d")).isEqualTo("\"\u00b7\\u30fb\u318d\"");
	}

	@Test
	void twoApostrophesAreNoQuotationMark() {
		assertThat(VisibleText.quote("O'Brien's")).isEqualTo("\"O'Brien's\"");
		assertThat(VisibleText.quote("''")).isEqualTo("\"'\\u0027\"");
		assertThat(VisibleText.quote("\ua67f\u2e2f")).isEqualTo("\"\ua67f\\u2e2f\"");
		assertThat(VisibleText.quote("\u2019\u2032")).isEqualTo("\"\u2019\\u2032\"");
	}

	@Test
	void countsSeveralBlanks() {
		assertThat(VisibleText.quote("a b")).isEqualTo("\"a b\"");
		assertThat(VisibleText.quote("a" + " ".repeat(300) + "b  ")).isEqualTo("\"a\\{300 blanks}b\\{2 blanks}\"");
		assertThat(VisibleText.quote("\\{3 blanks}")).isEqualTo("\"\\\\{3 blanks}\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u05d0", "7 \u0627", "\u0627\u0661\u0662", "\ud83a\udd00" })
	void rightToLeftTextIsIsolated(String value) {
		assertThat(VisibleText.ofValue(value)).isEqualTo("\u2068\"" + value + "\"\u2069");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1", "-", "%", "1-", "\u0661" })
	void longValuesAreQuoted(String part) {
		assertThat(VisibleText.quote("\u05d0" + part.repeat(100_000))).contains(part);
	}

	@ParameterizedTest
	@CsvSource({ "alice → \u05d0\u05d1,alice → \u2068\u05d0\u05d1\u2069",
			"\u05d0 \u05d1 → alice,\u2068\u05d0 \u05d1\u2069 → alice", "\u05d0\u200b7,\u2068\u05d0\u2069\\u200b7",
			"\u0661\u05b8 1,\u2068\u0661\u2069\\u05b8 1" })
	void isolatesLettersBesideThoseOfAnotherDirection(String value, String expected) {
		assertThat(VisibleText.quote(value)).isEqualTo("\u2068\"" + expected + "\"\u2069");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\u05d01 /-", "\u05d012%-", "\u0627\u06611%.", "\u05d0\u06611$:", "\u05d01(\"→a",
			"\u0661\u0662- %", "\u0661()-\u05d0", "\u06271\u0661,%" })
	void differentValuesLookDifferentInBothDirections(String characters) {
		List<String> values = List.of("");
		for (int length = 1; length <= 5; length++) {
			values = values.stream()
				.flatMap((value) -> Stream.concat(Stream.of(value),
						characters.chars().mapToObj(Character::toString).map(value::concat)))
				.distinct()
				.toList();
		}
		Map<String, List<String>> byDisplay = values.stream()
			.collect(Collectors.groupingBy((value) -> display(VisibleText.quote(value))));
		assertThat(byDisplay.values()).filteredOn((alike) -> alike.size() > 1).isEmpty();
	}

	/**
	 * Return the characters in the order of their display. An isolate is a neutral
	 * character to the text around it.
	 */
	private static String display(String text) {
		List<String> isolates = new ArrayList<>();
		String outer = ISOLATE.matcher(text).replaceAll((isolate) -> {
			isolates.add(display(isolate.group(1)));
			return "\ufffc";
		});
		Bidi order = new Bidi(outer, Bidi.DIRECTION_DEFAULT_LEFT_TO_RIGHT);
		String[] characters = new String[outer.length()];
		byte[] levels = new byte[outer.length()];
		for (int i = 0; i < levels.length; i++) {
			char c = outer.charAt(i);
			levels[i] = (byte) order.getLevelAt(i);
			characters[i] = (c == '\ufffc') ? isolates.remove(0)
					: (levels[i] % 2 == 1 && "()".indexOf(c) != -1) ? ((c == '(') ? ")" : "(") : Character.toString(c);
		}
		Bidi.reorderVisually(levels, 0, characters, 0, characters.length);
		return String.join("", characters);
	}

	@Test
	void linesAndClosedIsolatesOfWholeTextsAreKept() {
		String text = "Pay \u2068\"\u05d0\"\u2069\n\tto \u2022\u2022\u2022  now";
		assertThat(VisibleText.of(text)).isEqualTo(text);
	}

	@ParameterizedTest
	@CsvSource({ "\u2068a,\\u2068a", "a\u2069,a\\u2069", "\u2069a\u2068,\\u2069a\\u2068",
			"\u2068\u2068\u2068\u2068\u2068a\u2069\u2069\u2069\u2069\u2069,\\u2068\\u2068\\u2068\\u2068\\u2068a\\u2069\\u2069\\u2069\\u2069\\u2069",
			"\u2068\u2068a\u2069\u2069,\u2068\u2068a\u2069\u2069",
			"Refund \u202e00.52\u202c,Refund \\u202e00.52\\u202c" })
	void reorderingCharactersAreEscaped(String text, String expected) {
		assertThat(VisibleText.of(text)).isEqualTo(expected);
	}

}
