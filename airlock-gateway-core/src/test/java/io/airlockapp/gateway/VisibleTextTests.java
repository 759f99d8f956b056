package io.airlockapp.gateway;

import java.util.regex.Pattern;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
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

	private static final Pattern VISIBLE = Pattern.compile("[\\p{L}\\p{N}\\p{P}\\p{S}\\p{M} ]");

	@ParameterizedTest
	@ValueSource(strings = { "A-17", "2.50", "-1", "someone@example.org", "2026-11-24T10:00:00Z", "a/b", "x_y",
			"1E+500", "nulls", "True" })
	void leavesPlainWordsAlone(String value) {
		assertThat(VisibleText.ofValue(value)).isEqualTo(value);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "true", "false", "a b", "Größe", "a,b", "a=b", "(none)", "<1 more>", "[1]",
			"{}", "A-17\ua4f9\u3164amount\u4e8c1.00", "…", "١٢", "1\n", "#", "$x" })
	void quotesEverythingElse(String value) {
		assertThat(VisibleText.ofValue(value)).matches("\u2068?\".*\"\u2069?");
	}

	@Test
	void quotesWhatIsLong() {
		assertThat(VisibleText.ofValue("x".repeat(80))).doesNotContain("\"");
		assertThat(VisibleText.ofValue("x".repeat(81))).contains("\"");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 0x7, 0x9, 0xa, 0xd, 0x7f, 0x85, 0xa0, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x1680, 0x17b4,
			0x17b5, 0x180b, 0x180c, 0x180d, 0x180e, 0x180f, 0x2000, 0x2007, 0x200b, 0x200d, 0x200e, 0x200f, 0x2028,
			0x2029, 0x202a, 0x202e, 0x202f, 0x205f, 0x2060, 0x2065, 0x2066, 0x2067, 0x2068, 0x2069, 0x206f, 0x2800,
			0x3000, 0x3164, 0xd83d, 0xde00, 0xe000, 0xfdd0, 0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0xfffc, 0xffff,
			0x1bca0, 0x1d159, 0x1d173, 0xe0001, 0xe0020, 0xe0100, 0xe01ef, 0xe0fff, 0xf0000, 0x10ffff, 0x338, 0x20dd })
	void spellsOutWhatCanNotBeSeen(int c) {
		String escaped = String.format((c > 0xffff) ? "\\u{%x}" : "\\u%04x", c);
		assertThat(VisibleText.quote("a" + Character.toString(c) + "b")).isEqualTo("\"a" + escaped + "b\"");
		if (c != '\n' && c != '\t') {
			assertThat(VisibleText.of("a" + Character.toString(c) + "b")).isEqualTo("a" + escaped + "b");
		}
	}

	@Property(tries = 20000)
	void everyCharacterIsSeenOrSpelledOut(@ForAll @IntRange(max = Character.MAX_CODE_POINT) int c) {
		String quoted = VisibleText.quote(Character.toString(c));
		String shown = quoted.replaceAll("^\u2068?\"|\"\u2069?$", "");
		if (shown.length() < 3) {
			assertThat(shown.codePoints()).allMatch((visible) -> VISIBLE.matcher(Character.toString(visible)).matches())
				.noneMatch((visible) -> Pattern.matches("\\p{M}|[\\p{Z}&&[^ ]]", Character.toString(visible)));
		}
		else {
			assertThat(shown).matches("\\\\u([0-9a-f]{4}|\\{[0-9a-f]{5,6}})");
		}
	}

	@ParameterizedTest
	@CsvSource({ "\u0301a,\\u0301a", "e\u0301,e\u0301", "1\u0301,1\\u0301", "\u200b\u0301,\\u200b\\u0301",
			"'\"\u0301','\\\"\\u0301'", "a \u0301,a \\u0301", "\u0915\u093f,\u0915\u093f" })
	void spellsOutMarksThatHaveNoLetterOfTheirOwn(String value, String expected) {
		assertThat(VisibleText.quote(value)).isEqualTo("\"" + expected + "\"");
	}

	@Test
	void spellsOutMarksThatReachIntoOtherLines() {
		assertThat(VisibleText.quote("e" + "\u0301".repeat(6)))
			.isEqualTo("\"e\u0301\u0301\u0301\u0301\\u0301\\u0301\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u201d", "\u201c", "\u2033", "\u02ba", "\uff02", "\u3003", "\u2022" })
	void spellsOutWhatCouldPassForTheEndOfTheQuotationOrForAMask(String value) {
		assertThat(VisibleText.quote(value)).isEqualTo("\"\\u%04x\"".formatted((int) value.charAt(0)));
		assertThat(VisibleText.of(value)).isEqualTo(value);
	}

	@Test
	void twoApostrophesAreNoQuotationMark() {
		assertThat(VisibleText.quote("O'Brien's")).isEqualTo("\"O'Brien's\"");
		assertThat(VisibleText.quote("''")).isEqualTo("\"'\\u0027\"");
		assertThat(VisibleText.quote("\u2019\u2032")).isEqualTo("\"\u2019\\u2032\"");
	}

	@Test
	void countsSeveralBlanks() {
		assertThat(VisibleText.quote("a b")).isEqualTo("\"a b\"");
		assertThat(VisibleText.quote("a" + " ".repeat(300) + "b  ")).isEqualTo("\"a\\{300 blanks}b\\{2 blanks}\"");
		assertThat(VisibleText.quote("\\{3 blanks}")).isEqualTo("\"\\\\{3 blanks}\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u05d0", "a \u0627", "\u0661\u0662", "\ud83a\udd00" })
	void isolatesWhatIsWrittenFromRightToLeft(String value) {
		assertThat(VisibleText.ofValue(value)).isEqualTo("\u2068\"" + value + "\"\u2069");
	}

	@Test
	void keepsLinesAndClosedIsolatesOfWholeTexts() {
		String text = "Pay \u2068\"\u05d0\"\u2069\n\tto \u2022\u2022\u2022  now";
		assertThat(VisibleText.of(text)).isEqualTo(text);
	}

	@ParameterizedTest
	@CsvSource({ "\u2068a,\\u2068a", "a\u2069,a\\u2069", "\u2069a\u2068,\\u2069a\\u2068",
			"\u2068\u2068a\u2069\u2069,\\u2068\\u2068a\\u2069\\u2069",
			"Refund \u202e00.52\u202c,Refund \\u202e00.52\\u202c" })
	void spellsOutWhatReordersTheRest(String text, String expected) {
		assertThat(VisibleText.of(text)).isEqualTo(expected);
	}

}
