/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class HarpJsonTests {

	@ParameterizedTest
	@ValueSource(strings = { "{\"decision\":\"reject\",\"decision\":\"approve\"}", "{\"a\":[{\"b\":1,\"b\":1}]}",
			"{\"decision\":1,\"d\\u0065cision\":2}" })
	void refusesDuplicateMembers(String json) {
		assertRefused(json);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{} {}", "{}]", "{}x", "1 2", "null,", "\"a\"\"b\"" })
	void refusesTrailingTokens(String json) {
		assertRefused(json);
	}

	@ParameterizedTest
	@ValueSource(strings = { "NaN", "Infinity", "-Infinity", "01", "+1", ".5", "1.", "0x10", "'a'", "{a:1}", "[1,]",
			"/**/1", "\"\n\"", "\"\\x41\"", "tru", "{\"a\":1", "[1" })
	void refusesWhatIsNotJson(String json) {
		assertRefused(json);
	}

	@Test
	void nestsSixtyFourLevelsButNotSixtyFive() {
		assertThat(HarpJson.mapper().readTree("[".repeat(64) + "]".repeat(64)).isArray()).isTrue();
		assertThat(HarpJson.mapper().readTree("{\"a\":".repeat(64) + "1" + "}".repeat(64)).isObject()).isTrue();
		assertRefused("[".repeat(65) + "]".repeat(65));
		assertRefused("{\"a\":".repeat(65) + "1" + "}".repeat(65));
		assertRefused("[".repeat(100_000));
	}

	@Test
	void readAcceptsDeepestCanonicalJson() {
		String deepest = "[".repeat(CanonicalJson.MAX_DEPTH) + "]".repeat(CanonicalJson.MAX_DEPTH);
		assertThat(CanonicalJson.toText(HarpJson.mapper().readTree(deepest))).isEqualTo(deepest);
	}

	@Test
	void ignoresUnknownMembers() {
		Ciphertext ciphertext = HarpJson.mapper()
			.readValue("{\"alg\":\"A\",\"later\":{\"x\":[1]},\"data\":\"D\"}", Ciphertext.class);
		assertThat(ciphertext.alg()).isEqualTo("A");
		assertThat(ciphertext.data()).isEqualTo("D");
	}

	@Test
	void leavesOutNull() {
		assertThat(HarpJson.mapper().writeValueAsString(new DecisionMessage("type", null, null, null)))
			.isEqualTo("{\"msgType\":\"type\"}");
	}

	@Test
	void keepsNullInMaps() {
		Map<String, String> map = new LinkedHashMap<>();
		map.put("a", null);
		assertThat(HarpJson.mapper().writeValueAsString(map)).isEqualTo("{\"a\":null}");
	}

	private static void assertRefused(String json) {
		assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> HarpJson.mapper().readTree(json));
	}

}
