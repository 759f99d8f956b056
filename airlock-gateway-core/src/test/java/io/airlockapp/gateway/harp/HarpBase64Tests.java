/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class HarpBase64Tests {

	@ParameterizedTest
	@ValueSource(strings = { "-_8A/w", "+/8A_w", "-/8" })
	void refusesMixedAlphabets(String text) {
		assertRefused(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "-_8", "-_8=", "+/8", "+/8=" })
	void takesEitherAlphabetPaddedOrNot(String text) {
		assertThat(HarpBase64.decode(text)).containsExactly(0xfb, 0xff);
	}

	@Test
	void decodeDeterminesAlphabetByFirstSpecialCharacter() {
		assertThat(HarpBase64.decode("+AAA")).containsExactly(0xf8, 0, 0);
		assertThat(HarpBase64.decode("/AAA")).containsExactly(0xfc, 0, 0);
		assertThat(HarpBase64.decode("-AAA")).containsExactly(0xf8, 0, 0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "AB", "AB==", "AAB", "AAB=", "_x", "/x==", "AP9" })
	void refusesStrayBits(String text) {
		assertRefused(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "=", "==", "===", "====", "AA=", "AA===", "AAA==", "AAAA=", "AAAA==", "AAAA====", "A===",
			"A=A=", "=AAA", "AA==AA==" })
	void refusesStrayPadding(String text) {
		assertRefused(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "A", "AAAAA", "AA A", " AAAA", "AAAA\n", "AA\r\nAA", "AA.A", "AA*A", "AAA\u00c1",
			"AAA\u0141", "AAA\uff21", "AAA\u0000" })
	void refusesWhatIsNotBase64(String text) {
		assertRefused(text);
	}

	@Test
	void decodesNothingToNothing() {
		assertThat(HarpBase64.decode("")).isEmpty();
	}

	private static void assertRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> HarpBase64.decode(text))
			.withMessageStartingWith("Not base64")
			.withMessageNotContaining(text);
	}

}
