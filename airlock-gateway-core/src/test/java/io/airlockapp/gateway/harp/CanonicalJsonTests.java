/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class CanonicalJsonTests {

	private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

	@Test
	void sortsMembersByUtf16CodeUnits() {
		JsonNode json = nodes.objectNode().put("\ufb33", 1).put("\ud83d\ude02", 2).put("aa", 3).put("a", 4).put("", 5);
		assertThat(CanonicalJson.toText(json)).isEqualTo("{\"\":5,\"a\":4,\"aa\":3,\"\ud83d\ude02\":2,\"\ufb33\":1}");
	}

	@Test
	void writesTheShortestEscapes() {
		assertThat(CanonicalJson.toText(nodes.stringNode("\b\t\n\f\r\"\\/\u0000\u001f\u007f\u2028\ud83d\ude02")))
			.isEqualTo("\"\\b\\t\\n\\f\\r\\\"\\\\/\\u0000\\u001f\u007f\u2028\ud83d\ude02\"");
	}

	@ParameterizedTest
	@CsvSource({ "9007199254740991, 9007199254740991", "9007199254740993, 9007199254740992",
			"-9007199254740993, -9007199254740992", "9223372036854775807, 9223372036854776000",
			"100000000000000000000000, 1e+23", "1.0, 1", "-0.0, 0", "-0, 0", "0.1000, 0.1",
			"0.1000000000000000055511151231257827, 0.1" })
	void roundsNumbersToDoubles(String number, String text) {
		assertThat(CanonicalJson.toText(HarpJson.mapper().readTree(number))).isEqualTo(text);
		assertThat(CanonicalJson.toText(nodes.numberNode(new BigDecimal(number)))).isEqualTo(text);
	}

	static Stream<JsonNode> valuesWithoutCanonicalForm() {
		return Stream.of(nodes.numberNode(Double.NaN), nodes.numberNode(Double.POSITIVE_INFINITY),
				nodes.numberNode(Double.NEGATIVE_INFINITY), nodes.numberNode(Float.NaN),
				nodes.numberNode(Float.POSITIVE_INFINITY), nodes.numberNode(BigInteger.TEN.pow(400)),
				nodes.numberNode(new BigDecimal("-1e400")), nodes.missingNode(), nodes.pojoNode(new Object()),
				nodes.binaryNode(new byte[1]));
	}

	@ParameterizedTest
	@MethodSource("valuesWithoutCanonicalForm")
	void refusesWhatHasNoCanonicalForm(JsonNode value) {
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.toText(value));
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.toBytes(nodes.arrayNode().add(value)));
	}

	@Test
	void refusesNumberBeyondDoublesAsRead() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> CanonicalJson.toText(HarpJson.mapper().readTree("[1e400]")));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> CanonicalJson.toText(HarpJson.mapper().readTree("9".repeat(400))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\ud800", "\udc00", "a\ud83d", "\ud83db", "\ude02\ud83d", "\ud83d\ud83d\ude02" })
	void refusesLoneSurrogate(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.toBytes(nodes.stringNode(text)))
			.withMessageContaining("lone surrogate");
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.toBytes(nodes.objectNode().put(text, 1)))
			.withMessageContaining("lone surrogate");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "1", "\"text\"", "null" })
	void nestsSixtyFourLevelsButNotSixtyFive(String innermost) {
		assertThat(CanonicalJson.toText(arrays(64, innermost))).isEqualTo("[".repeat(64) + innermost + "]".repeat(64));
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.toText(arrays(65, innermost)))
			.withMessageContaining("64");
		assertThat(CanonicalJson.toText(objects(64))).isEqualTo("{\"a\":".repeat(64) + "1" + "}".repeat(64));
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.toText(objects(65)));
	}

	@Test
	void refusesNestingThatWouldOverflowTheStack() {
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.toText(arrays(100_000, "")));
	}

	private static JsonNode arrays(int levels, String innermost) {
		JsonNode node = HarpJson.mapper().readTree("[" + innermost + "]");
		for (int i = 1; i < levels; i++) {
			node = nodes.arrayNode().add(node);
		}
		return node;
	}

	private static JsonNode objects(int levels) {
		JsonNode node = nodes.objectNode().put("a", 1);
		for (int i = 1; i < levels; i++) {
			node = nodes.objectNode().set("a", node);
		}
		return node;
	}

}
