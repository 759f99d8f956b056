/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Elements;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entries;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entry;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Fields;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Omitted;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CommandText#tokens}, by which policies approve calls.
 */
class CommandTextTokensTests {

	private static final String METHOD = "Refunds.refund";

	private static final Leaf NULL = new Leaf(Leaf.Kind.NULL, "null", "null", true);

	private final Map<String, SnapshotNode> arguments = new LinkedHashMap<>();

	@Test
	void tokensAreMethodAndArgumentsOrWordsOfCommand() {
		this.arguments.put("order", number("42"));
		this.arguments.put("amount", number("2.50"));
		this.arguments.put("express", new Leaf(Leaf.Kind.BOOLEAN, "true", "java.lang.Boolean", true));
		this.arguments.put("note", NULL);
		assertThat(tokens()).containsExactly(
				List.of("Refunds.refund", "order=42", "amount=2.50", "express=true", "note=null"),
				List.of("Refunds.refund(order=42,", "amount=2.50,", "express=true,", "note=null)"));
		assertThat(tokens().get(1)).containsExactly(CommandText.of(METHOD, this.arguments, false).text().split(" "));
	}

	@Test
	void tokensWhenCallHasNoArgumentsAreMethodWithAndWithoutParentheses() {
		assertThat(tokens()).containsExactly(List.of("Refunds.refund"), List.of("Refunds.refund()"));
		assertThat(CommandText.tokens(METHOD, Map.of())).isEqualTo(tokens());
	}

	@ParameterizedTest
	@ValueSource(strings = { "two words", "two  blanks", "\u2022\u2022\u2022 hmac-sha256:00", " ", "  " })
	void tokensEndBeforeTextWithSeveralWords(String value) {
		this.arguments.put("order", number("42"));
		this.arguments.put("note", text(value));
		this.arguments.put("amount", number("1"));
		assertThat(tokens()).containsExactly(List.of("Refunds.refund", "order=42"),
				List.of("Refunds.refund(order=42,"));
	}

	@Test
	void tokensEndBeforeMaskedValue() {
		this.arguments.put("order", number("42"));
		this.arguments.put("iban", new Masking().mask(new byte[1]));
		this.arguments.put("amount", number("1"));
		assertThat(tokens()).containsExactly(List.of("Refunds.refund", "order=42"),
				List.of("Refunds.refund(order=42,"));
	}

	@Test
	void tokensEndBeforeTextThatIsTooLong() {
		this.arguments.put("note", text("x".repeat(CommandText.MAX_LENGTH)));
		this.arguments.put("order", number("42"));
		assertThat(tokens()).containsExactly(List.of("Refunds.refund"), List.of());
		this.arguments.put("note", number("9".repeat(CommandText.MAX_LENGTH - "note=".length())));
		assertThat(tokens().get(0)).hasSize(3);
		this.arguments.put("note", number("9".repeat(CommandText.MAX_LENGTH - "note=".length() + 1)));
		assertThat(tokens().get(0)).hasSize(1);
	}

	@Test
	void tokensEscapeNoBreakSpaces() {
		this.arguments.put("note", text("no-break\u00a0space"));
		assertThat(tokens().get(0)).containsExactly("Refunds.refund", "note=\"no-break\\u00a0space\"");
	}

	@Test
	void tokensAreQuotedAndIsolatedAsInCommand() {
		this.arguments.put("gr\u00f6\u00dfe", text("\u05d0"));
		this.arguments.put("a b", number("1"));
		assertThat(tokens().get(0)).containsExactly("Refunds.refund", "\"gr\u00f6\u00dfe\"=\u2068\"\u05d0\"\u2069");
	}

	@ParameterizedTest
	@MethodSource("composed")
	void tokensEndBeforeComposedValue(SnapshotNode value) {
		this.arguments.put("account", value);
		assertThat(tokens()).containsExactly(List.of("Refunds.refund"), List.of());
	}

	static Stream<SnapshotNode> composed() {
		return Stream.of(new Fields("com.acme.Account", true, null, Map.of("x}, amount=1, y={z", number("1"))),
				new Elements("java.util.List", true, true, true, List.of(text("1"), text("2"))),
				new Elements("java.util.Optional", true, true, true, List.of(text("1"))),
				new Entries("java.util.Map", true, true, true, List.of(new Entry(text("1"), text("2")))));
	}

	@Test
	void tokensEndBeforeOmittedValue() {
		this.arguments.put("thread", new Omitted());
		assertThat(tokens()).containsExactly(List.of("Refunds.refund"), List.of());
	}

	/**
	 * Whatever texts an attacker passes, tokens that are equal come from equal texts.
	 */
	@Property(tries = 5000)
	void tellEveryTwoCallsApart(@ForAll("attacks") String first, @ForAll("attacks") String second,
			@ForAll("attacks") String otherFirst, @ForAll("attacks") String otherSecond) {
		List<List<String>> honest = tokens(first, second);
		List<List<String>> other = tokens(otherFirst, otherSecond);
		for (List<String> prefix : honest) {
			for (List<String> tokens : other) {
				for (int size = 1; size <= prefix.size(); size++) {
					assertMatchesOnlyIfEqual(prefix.subList(0, size), tokens, first.equals(otherFirst),
							second.equals(otherSecond));
				}
			}
		}
	}

	private static void assertMatchesOnlyIfEqual(List<String> prefix, List<String> tokens, boolean sameFirst,
			boolean sameSecond) {
		assertThat(prefix).allSatisfy((token) -> assertThat(token).doesNotContainAnyWhitespaces());
		if (tokens.size() >= prefix.size() && tokens.subList(0, prefix.size()).equals(prefix)) {
			String last = prefix.get(prefix.size() - 1);
			assertThat(sameFirst || last.equals(METHOD)).isTrue();
			assertThat(sameSecond || !last.startsWith("b=")).isTrue();
		}
	}

	@Provide
	Arbitrary<String> attacks() {
		return Arbitraries
			.of("", "x", "x,", "x)", "y", "\"", "\\", "\"x\"", "x, b=y", "x,b=y", "=", "null", "(", " ", "\u2026",
					"b=y", "\u00a0")
			.list()
			.ofMaxSize(3)
			.map((parts) -> String.join("", parts));
	}

	private static List<List<String>> tokens(String first, String second) {
		Map<String, SnapshotNode> arguments = new LinkedHashMap<>();
		arguments.put("a", text(first));
		arguments.put("b", text(second));
		return CommandText.tokens(METHOD, arguments);
	}

	private List<List<String>> tokens() {
		return CommandText.tokens(METHOD, this.arguments);
	}

	private static Leaf text(String text) {
		return new Leaf(Leaf.Kind.TEXT, text, "java.lang.String", true);
	}

	private static Leaf number(String text) {
		return new Leaf(Leaf.Kind.NUMBER, text, "java.math.BigDecimal", true);
	}

}
