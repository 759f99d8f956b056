/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Backoff}.
 */
class BackoffTests {

	@Test
	void row01_growsUpToALimit() {
		Backoff backoff = new Backoff(FixedRandom.highest());
		assertThat(Stream.generate(() -> backoff.next(null)).limit(8).map(Duration::toMillis))
			.isEqualTo(List.of(500L, 1_000L, 2_000L, 4_000L, 8_000L, 15_000L, 15_000L, 15_000L));
	}

	@RepeatedTest(20)
	void row01_firstPauseIsRandomWithinRange() {
		SplittableRandom random = new SplittableRandom();
		List<Duration> pauses = Stream.generate(() -> new Backoff(random).next(null)).limit(200).toList();
		assertThat(pauses)
			.allSatisfy((pause) -> assertThat(pause).isBetween(Duration.ofMillis(1), Duration.ofMillis(500)))
			.anySatisfy((pause) -> assertThat(pause).isLessThan(Duration.ofMillis(100)))
			.anySatisfy((pause) -> assertThat(pause).isGreaterThan(Duration.ofMillis(400)));
	}

	@Test
	void resetRestartsAtShortestPause() {
		Backoff backoff = new Backoff(FixedRandom.highest());
		backoff.next(null);
		backoff.next(null);
		backoff.reset();
		assertThat(backoff.next(null)).isEqualTo(Duration.ofMillis(500));
	}

	@Test
	void row10_pauseIsAtLeastRetryAfterPlusRandomPart() {
		assertThat(new Backoff(FixedRandom.lowest()).next(Duration.ofSeconds(7))).isEqualTo(Duration.ofMillis(7_001));
		assertThat(new Backoff(FixedRandom.highest()).next(Duration.ofSeconds(7))).isEqualTo(Duration.ofMillis(7_500));
	}

	@Test
	void row08_cutsAnAbsurdRequestToTwoMinutes() {
		assertThat(new Backoff(FixedRandom.lowest()).next(Duration.ofDays(365)))
			.isEqualTo(Duration.ofMinutes(2).plusMillis(1));
	}

}
