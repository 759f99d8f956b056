/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Elements;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entries;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entry;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Fields;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Masked;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Omitted;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link ValueText}.
 */
class ValueTextTests {

	private static final Masked MASK = new Masking().mask(new byte[1]);

	@ParameterizedTest
	@MethodSource("values")
	void valueIsWrittenLikeSourceCode(SnapshotNode value, String text) {
		assertThat(ValueText.FULL.of(value)).isEqualTo(text);
	}

	static Stream<Arguments> values() {
		return Stream
			.of(arguments(Leaf.NULL, "null"), arguments(text("a", true), "a"), arguments(text("a", false), "\"a\""),
					arguments(text("null", true), "\"null\""), arguments(text("5", false), "\"5\""),
					arguments(number("5", false), "5"),
					arguments(new Leaf(Leaf.Kind.CONSTANT, "HIGH", "com.acme.Level", false), "com.acme.Level(HIGH)"),
					arguments(new Leaf(Leaf.Kind.CONSTANT, "HIGH", "com.acme.Level", true), "HIGH"),
					arguments(new Leaf(Leaf.Kind.OTHER, "2026-01-31", "java.time.LocalDate", false),
							"java.time.LocalDate(2026-01-31)"),
					arguments(new Leaf(Leaf.Kind.NUMBER, "5", "java.lang.Long", false), "java.lang.Long(5)"),
					arguments(new Elements("java.util.Set by X", false, false, true, List.of(text("a", true))),
							"java.util.Set by X[a]"),
					arguments(
							new Elements("java.util.Optional", true, true, true,
									List.of(new Elements("java.util.Optional", true, true, true, List.of()))),
							"[(none)]"),
					arguments(MASK, "•••"), arguments(new Omitted(), "(left out)"), arguments(list(), "[]"),
					arguments(list(text("a", true), MASK, Leaf.NULL), "[a, •••, null]"),
					arguments(new Elements("java.util.Optional", true, true, true, List.of()), "(none)"),
					arguments(new Elements("java.util.Optional", true, true, true, List.of(text("a", true))), "a"),
					arguments(new Entries("java.util.Map", true, true, true,
							List.of(new Entry(text("a b", true), Leaf.NULL))), "{\"a b\"=null}"),
					arguments(new Entries("java.util.Map", false, true, true,
							List.of(new Entry(text("1", false), MASK), new Entry(number("1", false), Leaf.NULL))),
							"{\"1\"=•••, 1=null}"),
					arguments(
							new Entries("java.util.Map", true, true, true,
									List.of(new Entry(text("null", true), MASK), new Entry(Leaf.NULL, MASK))),
							"{\"null\"=•••, null=•••}"));
	}

	@ParameterizedTest
	@CsvSource({ "2.50, 2.50", "9.0E+7, 9.0E+7(90000000)", "1.25E7, 1.25E7(12500000)", "-1E-7, -1E-7(-0.0000001)",
			"1E+101, 1E+101", "1E-101, 1E-101", "1E+2147483647, 1E+2147483647", "1.23E+2147483650, 1.23E+2147483650",
			"NaN, NaN", "Infinity, Infinity" })
	void numberWithExponentIsFollowedByPlainNumber(String number, String shown) {
		assertThat(ValueText.FULL.of(number(number, true))).isEqualTo(shown);
		Leaf wide = new Leaf(Leaf.Kind.NUMBER, number, "java.math.BigDecimal", false);
		assertThat(ValueText.FULL.of(wide)).isEqualTo("java.math.BigDecimal(%s)".formatted(shown));
	}

	@ParameterizedTest
	@CsvSource({ "1.23456794E9, 1.23456794E9", "1.0E10, 1.0E10(10000000000)", "1.5E7, 1.5E7(15000000)",
			"1.0E-5, 1.0E-5(0.000010)" })
	void floatIsFollowedByNoOtherWholeNumber(String number, String shown) {
		assertThat(ValueText.FULL.of(new Leaf(Leaf.Kind.NUMBER, number, "java.lang.Float", true))).isEqualTo(shown);
	}

	@ParameterizedTest
	@CsvSource({ "1.2345678901234568E17, 1.2345678901234568E17(123456789012345680)", "1.0E23, 1.0E23",
			"1.23456794E9, 1.23456794E9(1234567940)",
			"1.2345678912345678E10, 1.2345678912345678E10(12345678912.345678)" })
	void doubleIsFollowedByNoOtherWholeNumber(String number, String shown) {
		Leaf wide = new Leaf(Leaf.Kind.NUMBER, number, "java.lang.Double", false);
		assertThat(ValueText.FULL.of(wide)).isEqualTo(shown);
	}

	@Test
	void wholeNumberAfterALargeOneIsItsValue() {
		Random random = new Random(1);
		for (int i = 0; i < 1000; i++) {
			double large = Math.rint(random.nextDouble() * Math.pow(10, 7 + i % 25));
			assertWholeNumberIsValue(large, large);
			assertWholeNumberIsValue((float) large, (float) large);
		}
	}

	private static void assertWholeNumberIsValue(Number number, double value) {
		String shown = ValueText.FULL
			.of(new Leaf(Leaf.Kind.NUMBER, number.toString(), number.getClass().getName(), true));
		if (shown.endsWith(")")) {
			String plain = shown.substring(shown.indexOf('(') + 1, shown.length() - 1);
			assertThat(new BigDecimal(plain)).isEqualByComparingTo(new BigDecimal(value));
		}
	}

	@Test
	void classStandsBeforeAnObjectWhereItIsNotDeclared() {
		Map<String, SnapshotNode> id = Map.of("id", number("1", true));
		assertThat(ValueText.FULL.of(object(true, null, id))).isEqualTo("{id=1}");
		assertThat(ValueText.FULL.of(object(false, null, id))).isEqualTo("com.acme.Step{id=1}");
		assertThat(ValueText.FULL.of(object(false, null, Map.of()))).isEqualTo("com.acme.Step{}");
	}

	@Test
	void contentOfAContainerStandsBeforeItsFields() {
		Map<String, SnapshotNode> payTo = Map.of("payTo", MASK);
		assertThat(ValueText.FULL.of(object(false, list(text("a", true)), payTo)))
			.isEqualTo("com.acme.Step[a]{payTo=•••}");
		assertThat(ValueText.FULL.of(object(false, list(), Map.of()))).isEqualTo("com.acme.Step[]");
		assertThat(ValueText.FULL.of(object(true, list(), payTo))).isEqualTo("[]{payTo=•••}");
		Elements sorted = new Elements("java.util.Set by X", false, false, true, List.of());
		assertThat(ValueText.FULL.of(object(false, sorted, payTo)))
			.isEqualTo("com.acme.Step java.util.Set by X[]{payTo=•••}");
	}

	@Test
	void isHiddenWhenMaskedOrOmittedReturnsTrue() {
		assertThat(ValueText.isHidden(MASK)).isTrue();
		assertThat(ValueText.isHidden(new Omitted())).isTrue();
		assertThat(ValueText.isHidden(Leaf.NULL)).isFalse();
	}

	private static Leaf text(String text, boolean declared) {
		return new Leaf(Leaf.Kind.TEXT, text, "java.lang.String", declared);
	}

	private static Leaf number(String text, boolean declared) {
		return new Leaf(Leaf.Kind.NUMBER, text, "java.lang.Integer", declared);
	}

	private static Elements list(SnapshotNode... elements) {
		return new Elements("java.util.List", true, true, true, List.of(elements));
	}

	private static Fields object(boolean declared, @Nullable SnapshotNode content, Map<String, SnapshotNode> fields) {
		return new Fields("com.acme.Step", declared, content, fields);
	}

}
