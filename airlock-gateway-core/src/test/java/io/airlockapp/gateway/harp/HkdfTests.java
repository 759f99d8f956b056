/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.util.HexFormat;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Hkdf} with the first block of the test case of RFC 5869 that has no
 * salt.
 */
class HkdfTests {

	private static final HexFormat HEX = HexFormat.of();

	@Test
	void thirdTestCaseWithoutSaltAndInfo() {
		assertThat(HEX.formatHex(Hkdf.derive(HEX.parseHex("0b".repeat(22)), new byte[0])))
			.isEqualTo("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
	}

}
