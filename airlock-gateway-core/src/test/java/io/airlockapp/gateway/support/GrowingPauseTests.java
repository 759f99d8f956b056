/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.time.Duration;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GrowingPause}.
 */
class GrowingPauseTests {

	@Test
	void pauseDoublesUntilItIsTheLongest() {
		GrowingPause pause = new GrowingPause(Duration.ofSeconds(2), Duration.ofSeconds(15));
		assertThat(IntStream.rangeClosed(0, 4).mapToObj(pause::after)).extracting(Duration::toSeconds)
			.containsExactly(2L, 4L, 8L, 15L, 15L);
	}

	@Test
	void pauseGrowsByTheFactor() {
		GrowingPause pause = new GrowingPause(Duration.ofSeconds(10), 1.5, Duration.ofMinutes(5));
		assertThat(pause.after(2)).isEqualTo(Duration.ofMillis(22_500));
	}

	@Test
	void pauseAfterAnyNumberOfFailuresIsTheLongest() {
		GrowingPause pause = new GrowingPause(Duration.ofMillis(1), Duration.ofHours(1));
		assertThat(pause.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofHours(1));
	}

}
