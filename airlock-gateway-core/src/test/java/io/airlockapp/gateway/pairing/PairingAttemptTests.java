/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.Duration;
import java.time.Instant;

import io.airlockapp.gateway.harp.PairingKeyAgreement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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

	@Test
	void routingTokenHasToFitIntoTheStore() {
		PairingAttempt attempt = PairingAttempt.claiming(PairingKeyAgreement.generate(), "digest", NOW);
		assertThat(attempt.claimed("pn-1", "x".repeat(4096), NOW).routingToken()).hasSize(4096);
		assertThat(attempt.claimed("pn-1", " ", NOW).routingToken()).isNull();
		assertThatExceptionOfType(PairingException.class)
			.isThrownBy(() -> attempt.claimed("pn-1", "x".repeat(4097), NOW))
			.withMessageContaining("no usable routing token");
	}

}
