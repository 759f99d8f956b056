/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.util.HexFormat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Hkdf} with the test cases of RFC 5869.
 */
class HkdfTests {

	private static final HexFormat HEX = HexFormat.of();

	@Test
	void firstTestCase() {
		assertThat(HEX.formatHex(Hkdf.derive(HEX.parseHex("0b".repeat(22)), HEX.parseHex("000102030405060708090a0b0c"),
				HEX.parseHex("f0f1f2f3f4f5f6f7f8f9"), 42)))
			.isEqualTo("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
	}

	@Test
	void thirdTestCaseWithoutSaltAndInfo() {
		assertThat(HEX.formatHex(Hkdf.derive(HEX.parseHex("0b".repeat(22)), new byte[0], new byte[0], 42)))
			.isEqualTo("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
	}

	@Test
	void longOutputBeginsLikeAShortOne() {
		byte[] key = { 1 };
		byte[] longest = Hkdf.derive(key, new byte[0], new byte[0], 255 * 32);
		assertThat(longest).hasSize(255 * 32).startsWith(Hkdf.derive(key, new byte[0], new byte[0], 64));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, 255 * 32 + 1 })
	void refusesOtherSizes(int size) {
		assertThatIllegalArgumentException().isThrownBy(() -> Hkdf.derive(new byte[1], new byte[0], new byte[0], size));
	}

}
