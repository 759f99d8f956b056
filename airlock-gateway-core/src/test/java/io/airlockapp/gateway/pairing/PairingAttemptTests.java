/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PairingAttempt}.
 */
class PairingAttemptTests {

	private static final Instant NOW = Instant.parse("2026-11-29T08:00:00Z");

	@ParameterizedTest
	@CsvSource({ "PT-11M, PT5M", "PT0S, PT5M", "PT10M, PT10M", "PT48H, PT24H" })
	void deadlineOfAGatewayWithAnotherClockIsLimited(Duration expiry, Duration deadline) {
		assertThat(PairingAttempt.deadline(NOW.plus(expiry), NOW)).isEqualTo(NOW.plus(deadline));
	}

}
