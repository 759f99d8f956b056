/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Random;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.CharRange;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class CanonicalJsonPropertyTests {

	private static final Comparator<JsonNode> AS_DOUBLES = (left, right) -> {
		boolean same = left.isNumber() && right.isNumber() && left.asDouble() == right.asDouble();
		return (same || left.equals(right)) ? 0 : 1;
	};

	@Property(tries = 300)
	void isIdempotent(@ForAll("json") JsonNode json) {
		byte[] canonical = CanonicalJson.toBytes(json);
		assertThat(CanonicalJson.toBytes(HarpJson.mapper().readTree(canonical))).isEqualTo(canonical);
	}

	@Property(tries = 300)
	void isBlindToTheOrderOfMembers(@ForAll("json") JsonNode json, @ForAll Random random) {
		assertThat(CanonicalJson.toText(JsonArbitraries.shuffled(json, random))).isEqualTo(CanonicalJson.toText(json));
	}

	@Property(tries = 300)
	void keepsEveryValueButRoundsNumbersToDoubles(@ForAll("json") JsonNode json) {
		JsonNode read = HarpJson.mapper().readTree(CanonicalJson.toText(json));
		assertThat(read.equals(AS_DOUBLES, json)).as("%s, read back as %s", json, read).isTrue();
	}

	@Property(tries = 300)
	void writesBytesAndTextAlike(@ForAll("json") JsonNode json) {
		assertThat(CanonicalJson.toBytes(json)).asString(StandardCharsets.UTF_8).isEqualTo(CanonicalJson.toText(json));
	}

	@Property(tries = 300)
	void refusesLoneSurrogateAnywhereInAText(@ForAll("texts") String before,
			@ForAll @CharRange(from = Character.MIN_SURROGATE, to = Character.MAX_SURROGATE) char surrogate,
			@ForAll("texts") String after) {
		String text = before + surrogate + after;
		assertThatIllegalArgumentException()
			.isThrownBy(() -> CanonicalJson.toText(JsonNodeFactory.instance.stringNode(text)));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> CanonicalJson.toText(JsonNodeFactory.instance.objectNode().put(text, 1)));
	}

	@Provide
	Arbitrary<JsonNode> json() {
		return JsonArbitraries.json();
	}

	@Provide
	Arbitrary<String> texts() {
		return JsonArbitraries.texts();
	}

}
