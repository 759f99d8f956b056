/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link VisibleAscii}.
 */
class VisibleAsciiTests {

	@ParameterizedTest
	@ValueSource(strings = { "!", "~", "abc", "a{}9" })
	void matchesVisibleCharacters(String text) {
		assertThat(VisibleAscii.matches(text, 4)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a b", "a\n", "\ta", "a\u007f", "\u00e4", "a\0", "\uD83D\uDD11", "abcde" })
	void matchesNoOtherCharactersOrLengths(String text) {
		assertThat(VisibleAscii.matches(text, 4)).isFalse();
	}

}
