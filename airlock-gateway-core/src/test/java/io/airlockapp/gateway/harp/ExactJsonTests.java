/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.math.BigDecimal;
import java.math.BigInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ExactJson}.
 */
class ExactJsonTests {

	private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

	@ParameterizedTest
	@ValueSource(longs = { 0, 42, -42, 9007199254740991L, -9007199254740991L })
	void integersWithinDoublePrecisionRemainNumbers(long value) {
		JsonNode number = nodes.numberNode(value);
		assertThat(ExactJson.of(number)).isEqualTo(number);
	}

	@ParameterizedTest
	@ValueSource(longs = { 9007199254740992L, -9007199254740992L, 9007199254740993L, Long.MAX_VALUE, Long.MIN_VALUE })
	void writesLargerIntegersAsText(long value) {
		assertThat(ExactJson.of(nodes.numberNode(value))).isEqualTo(nodes.stringNode(Long.toString(value)));
	}

	@Test
	void writesIntegersBeyondLongAsText() {
		BigInteger value = BigInteger.TWO.pow(100);
		assertThat(ExactJson.of(nodes.numberNode(value))).isEqualTo(nodes.stringNode(value.toString()));
	}

	@ParameterizedTest
	@CsvSource({ "2.50,2.50", "-0.10,-0.10", "1E+3,1000", "1E-7,0.0000001", "1E+99,1" + ZEROS_99, "1E+100,1E+100",
			"1E+1000000000,1E+1000000000", "1E-100,0." + ZEROS_99 + "1", "1E-101,1E-101",
			"0.1234567890123456789012345678901234567890,0.1234567890123456789012345678901234567890" })
	void writesDecimalsAsTheyAre(String value, String text) {
		assertThat(ExactJson.of(nodes.numberNode(new BigDecimal(value)))).isEqualTo(nodes.stringNode(text));
	}

	private static final String ZEROS_99 = "000000000000000000000000000000000000000000000000000"
			+ "000000000000000000000000000000000000000000000000";

	@ParameterizedTest
	@CsvSource({ "2.5,2.5", "1E21,1e+21", "100,100", "NaN,NaN", "Infinity,Infinity" })
	void writesDoublesAsEcmaScriptDoes(double value, String text) {
		assertThat(ExactJson.of(nodes.numberNode(value))).isEqualTo(nodes.stringNode(text));
	}

	@Test
	void writesFloatsByTheirOwnDigits() {
		assertThat(ExactJson.of(nodes.numberNode(0.1f))).isEqualTo(nodes.stringNode("0.1"));
	}

	@Test
	void writesBytesAsBase64() {
		assertThat(ExactJson.of(nodes.binaryNode(new byte[] { 1, 2, 3 }))).isEqualTo(nodes.stringNode("AQID"));
	}

	@Test
	void nestedNumbersAreConvertedInCopy() {
		JsonNode original = nodes.objectNode()
			.put("text", "2.50")
			.put("flag", true)
			.putNull("nothing")
			.set("list", nodes.arrayNode().add(1).add(new BigDecimal("2.50")));
		String before = original.toString();
		assertThat(ExactJson.of(original))
			.hasToString("{\"text\":\"2.50\",\"flag\":true,\"nothing\":null," + "\"list\":[1,\"2.50\"]}");
		assertThat(original).hasToString(before);
	}

	@Test
	void refusesDeepNesting() {
		assertThat(ExactJson.of(nested(CanonicalJson.MAX_DEPTH))).isNotNull();
		assertThatIllegalArgumentException().isThrownBy(() -> ExactJson.of(nested(CanonicalJson.MAX_DEPTH + 1)));
		JsonNode objects = nodes.objectNode().set("a", nested(CanonicalJson.MAX_DEPTH));
		assertThatIllegalArgumentException().isThrownBy(() -> ExactJson.of(objects));
	}

	private static JsonNode nested(int depth) {
		JsonNode node = nodes.numberNode(1);
		for (int i = 0; i < depth; i++) {
			ArrayNode array = nodes.arrayNode();
			array.add(node);
			node = array;
		}
		return node;
	}

}
