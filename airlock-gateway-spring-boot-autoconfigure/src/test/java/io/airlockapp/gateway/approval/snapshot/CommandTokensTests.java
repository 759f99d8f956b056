package io.airlockapp.gateway.approval.snapshot;

import java.math.BigDecimal;
import java.util.List;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CommandTokens}, by which policies approve calls.
 */
class CommandTokensTests {

	private static final String METHOD = "Refunds.refund";

	private final ObjectNode arguments = JsonNodeFactory.instance.objectNode();

	@Test
	void areOneForTheMethodAndOneForEachArgumentOrTheTextCutAtSpaces() {
		this.arguments.put("order", 42).put("amount", new BigDecimal("2.50")).put("express", true).putNull("note");
		assertThat(tokens()).containsExactly(
				List.of("Refunds.refund", "order=42", "amount=2.50", "express=true", "note=null"),
				List.of("Refunds.refund(order=42,", "amount=2.50,", "express=true,", "note=null)"));
		assertThat(tokens().get(1)).containsExactly(CommandText.of(METHOD, this.arguments, false).text().split(" "));
	}

	@Test
	void areTwoWaysToWriteACallWithoutArguments() {
		assertThat(tokens()).containsExactly(List.of("Refunds.refund"), List.of("Refunds.refund()"));
		assertThat(CommandTokens.of(METHOD, null)).isEqualTo(tokens());
	}

	@ParameterizedTest
	@ValueSource(strings = { "two words", "two  blanks", "\u2022\u2022\u2022 hmac-sha256:00", " ", "  " })
	void endBeforeATextThatCouldBeSeveralTokens(String value) {
		this.arguments.put("order", 42).put("note", value).put("amount", 1);
		assertThat(tokens()).containsExactly(List.of("Refunds.refund", "order=42"),
				List.of("Refunds.refund(order=42,"));
	}

	@Test
	void endBeforeAHiddenValue() {
		this.arguments.put("order", 42).set("iban", new Masking().mask(new byte[1]));
		this.arguments.put("amount", 1);
		assertThat(tokens()).containsExactly(List.of("Refunds.refund", "order=42"),
				List.of("Refunds.refund(order=42,"));
	}

	@Test
	void endBeforeATextThatNobodyIsShown() {
		this.arguments.put("note", "x".repeat(CommandText.MAX_LENGTH)).put("order", 42);
		assertThat(tokens()).containsExactly(List.of("Refunds.refund"), List.of());
	}

	@Test
	void haveNoWhiteSpaceThatIsSpelledOut() {
		this.arguments.put("note", "no-break\u00a0space");
		assertThat(tokens().get(0)).containsExactly("Refunds.refund", "note=\"no-break\\u00a0space\"");
	}

	@Test
	void areWrittenAsThePersonReadsThem() {
		this.arguments.put("gr\u00f6\u00dfe", "\u05d0").put("a b", 1);
		assertThat(tokens().get(0)).containsExactly("Refunds.refund", "\"gr\u00f6\u00dfe\"=\u2068\"\u05d0\"\u2069");
	}

	@Test
	void endBeforeAnythingThatIsMadeOfOthers() {
		this.arguments.putObject("account").put("x}, amount=1, y={z", 1);
		assertThat(tokens()).containsExactly(List.of("Refunds.refund"), List.of());
		this.arguments.removeAll();
		this.arguments.putArray("orders").add("1").add("2");
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
		JsonNode arguments = JsonNodeFactory.instance.objectNode().put("a", first).put("b", second);
		return CommandTokens.of(METHOD, arguments);
	}

	private List<List<String>> tokens() {
		return CommandTokens.of(METHOD, this.arguments);
	}

}
