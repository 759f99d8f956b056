/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import io.airlockapp.gateway.harp.CanonicalJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link Reading}.
 */
class ReadingTests {

	@ParameterizedTest
	@CsvSource({ "a, 998", "\u007f, 998", "\u0080, 499", "\u07ff, 499", "\u0800, 332", "\ue000, 332", "\uffff, 332",
			"\ud800\udc00, 249", "\udbff\udfff, 249" })
	void countIncludesUtf8BytesAndQuotationMarks(String character, int max) {
		assertThatNoException().isThrownBy(() -> new Reading(1000).count(character.repeat(max)));
		assertThatExceptionOfType(UnreadableValueException.class)
			.isThrownBy(() -> new Reading(1000).count(character.repeat(max + 1)))
			.withMessageContaining("larger than 1000 bytes");
	}

	@ParameterizedTest
	@ValueSource(chars = { '\ud800', '\udbff', '\udc00', '\udfff' })
	void halfOfASurrogatePairIsRefused(char half) {
		assertThatExceptionOfType(UnreadableValueException.class)
			.isThrownBy(() -> new Reading(1000).count("a" + half + "a"))
			.withMessage("a text has half of a surrogate pair");
	}

	@Test
	void requireLeftDoesNotCount() {
		Reading reading = new Reading(1000);
		reading.requireLeft(1000);
		reading.requireLeft(1000);
		reading.count(1000);
		assertThatExceptionOfType(UnreadableValueException.class).isThrownBy(() -> reading.requireLeft(1));
		assertThatExceptionOfType(UnreadableValueException.class).isThrownBy(() -> reading.count(1));
	}

	@Test
	void deeperWhenDepthOfPartsExceedsLimitThrows() {
		int max = CanonicalJson.MAX_DEPTH - 3;
		Reading reading = new Reading(1000);
		for (int i = 0; i < 2; i++) {
			assertThat(reading.<Boolean>deeper(max, () -> true)).isTrue();
			assertThatExceptionOfType(UnreadableValueException.class)
				.isThrownBy(() -> new Reading(1000).deeper(max + 1, () -> true))
				.withMessageContaining("nested deeper than " + max + " levels");
		}
	}

	@Test
	void beginAfterFailureResetsPathAndDistance() {
		Reading reading = new Reading(1000);
		reading.begin();
		Object value = new Object();
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(
				() -> reading.in("a", () -> reading.secret(() -> reading.enclosedBy(value, () -> reading.in("b", () -> {
					throw new IllegalStateException();
				})))));
		reading.begin();
		assertThat(reading.path()).isEmpty();
		assertThat(reading.distance(value)).isZero();
		assertThat(reading.<String>in("c", reading::path)).isEqualTo("c");
	}

	@Test
	void distanceCountsInnermostLevels() {
		Reading reading = new Reading(1000);
		Object outer = new Object();
		Object inner = new Object();
		assertThat(reading.<Integer>enclosedBy(outer, () -> reading.enclosedBy(inner, () -> reading.distance(outer))))
			.isEqualTo(2);
		assertThat(reading.<Integer>enclosedBy(outer, () -> reading.enclosedBy(inner, () -> reading.distance(inner))))
			.isEqualTo(1);
		assertThat(reading.distance(outer)).isZero();
	}

}
