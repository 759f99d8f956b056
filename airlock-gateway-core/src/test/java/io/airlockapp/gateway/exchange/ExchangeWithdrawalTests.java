/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;

import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeState;
import io.airlockapp.gateway.client.ExchangeStatus;
import io.airlockapp.gateway.exchange.ExchangeReport.Standing;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClientException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link ExchangeWithdrawal}.
 */
class ExchangeWithdrawalTests {

	private static final Duration LEFT = Duration.ofSeconds(2);

	private final SingleExchange exchange = new SingleExchange();

	@Test
	void withdrawWhenSuccessfulRequestsNoStatus() {
		assertThat(withdraw().standing()).isEqualTo(Standing.WITHDRAWN);
		verify(this.exchange.api, never()).getExchange(any(), any());
	}

	@Test
	void row30_fetchesTheDecisionIfThereIsOne() {
		givenWithdrawalFails(SingleExchange.error(409, "AlreadyDecidedConflict"));
		givenStatus(ExchangeState.DECIDED, SingleExchange.body());
		assertThat(withdraw().delivery()).isNotNull();
	}

	@ParameterizedTest
	@EnumSource(value = ExchangeState.class, names = { "DECIDED", "DELIVERED", "UNKNOWN" })
	void row30_fetchesTheDecisionByAWaitIfTheStatusHasNone(ExchangeState state) {
		givenWithdrawalFails(SingleExchange.error(409));
		givenStatus(state, null);
		given(this.exchange.api.awaitDecision(eq(SingleExchange.REQUEST_ID), eq(1), any()))
			.willReturn(ResponseEntity.ok(SingleExchange.decision()));
		assertThat(withdraw().delivery()).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(ints = { 302, 401, 403, 500 })
	void row30_fetchesTheDecisionByAWaitIfTheStatusIsRefused(int status) {
		givenWithdrawalFails(SingleExchange.error(409));
		given(this.exchange.api.getExchange(any(), any())).willThrow(SingleExchange.error(status));
		givenDecisionArrives();
		assertThat(withdraw().delivery()).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(ints = { 302, 400, 401, 403, 405, 500 })
	void row30_fetchesTheDecisionIfTheWithdrawalIsRefused(int status) {
		givenWithdrawalFails(SingleExchange.error(status));
		givenStatus(ExchangeState.DECIDED, null);
		givenDecisionArrives();
		assertThat(withdraw().delivery()).isNotNull();
	}

	@Test
	void row30_fetchesTheDecisionIfTheResponseToTheWithdrawalIsUnreadable() {
		givenWithdrawalFails(new RestClientException("Truncated"));
		givenStatus(ExchangeState.DECIDED, SingleExchange.body());
		assertThat(withdraw(LEFT, true).delivery()).isNotNull();
	}

	@Test
	void row30_fetchesTheDecisionOnceTheStatusIsUpToDate() {
		givenWithdrawalFails(SingleExchange.error(409, "AlreadyDecidedConflict"));
		Envelope<ExchangeStatus> outdated = SingleExchange.status(ExchangeState.PENDING_APPROVAL, null);
		given(this.exchange.api.getExchange(any(), any())).willReturn(outdated)
			.willReturn(outdated)
			.willReturn(outdated)
			.willReturn(outdated)
			.willReturn(SingleExchange.status(ExchangeState.DECIDED, SingleExchange.body()));
		assertThat(withdraw(Duration.ofMinutes(5), true).delivery()).isNotNull();
	}

	@Test
	void row30_fetchesTheDecisionAgainAndAgain() {
		givenWithdrawalFails(SingleExchange.error(409));
		given(this.exchange.api.getExchange(any(), any())).willThrow(SingleExchange.error(503))
			.willThrow(SingleExchange.connectionLost())
			.willThrow(SingleExchange.error(404))
			.willThrow(new RestClientException("Truncated"))
			.willReturn(SingleExchange.status(ExchangeState.DECIDED, SingleExchange.body()));
		given(this.exchange.api.awaitDecision(any(), anyInt(), any())).willThrow(SingleExchange.connectionLost());
		assertThat(withdraw().delivery()).isNotNull();
		verify(this.exchange.api, times(5)).getExchange(any(), any());
	}

	@Test
	void row30_fetchesTheDecisionUntilTheDeadlineAndSaysWhyNot() {
		givenWithdrawalFails(SingleExchange.error(409));
		givenStatus(ExchangeState.DECIDED, null);
		given(this.exchange.api.awaitDecision(any(), anyInt(), any())).willThrow(SingleExchange.error(503));
		long start = this.exchange.ticker.nanoTime();
		ExchangeReport report = withdraw();
		assertThat(report.standing()).isEqualTo(Standing.DECIDED);
		assertThat(report.failure()).hasMessageContaining("503");
		assertThat(Duration.ofNanos(this.exchange.ticker.nanoTime() - start)).isBetween(LEFT, LEFT.plusMillis(100));
	}

	@Test
	void row30_triesAtLeastOnceIfTheDeadlineIsOver() {
		givenWithdrawalFails(SingleExchange.error(409));
		givenStatus(ExchangeState.DECIDED, null);
		givenDecisionArrives();
		assertThat(withdraw(Duration.ZERO, false).delivery()).isNotNull();
	}

	@Test
	void withdrawWhenExpiredReturnsNoDecision() {
		givenWithdrawalFails(SingleExchange.error(409));
		givenStatus(ExchangeState.EXPIRED, null);
		assertThat(withdraw().standing()).isEqualTo(Standing.EXPIRED);
	}

	@Test
	void withdrawWhenResponseIsLostReturnsWithdrawn() {
		given(this.exchange.api.withdraw(any(), any())).willThrow(SingleExchange.connectionLost())
			.willThrow(SingleExchange.error(409));
		givenStatus(ExchangeState.WITHDRAWN, null);
		assertThat(withdraw().standing()).isEqualTo(Standing.WITHDRAWN);
	}

	@Test
	void withdrawWhenConflictIsUnfoundedTriesAgain() {
		given(this.exchange.api.withdraw(any(), any())).willThrow(SingleExchange.error(409))
			.willReturn(SingleExchange.withdrawn());
		givenStatus(ExchangeState.PENDING_APPROVAL, null);
		assertThat(withdraw().standing()).isEqualTo(Standing.WITHDRAWN);
	}

	@Test
	void withdrawWhenResponseIsNoWithdrawalTriesAgain() {
		given(this.exchange.api.withdraw(any(), any())).willReturn(null)
			.willThrow(new RestClientException("HTML"))
			.willReturn(SingleExchange.decision())
			.willReturn(SingleExchange.withdrawn());
		givenStatus(ExchangeState.PENDING_APPROVAL, null);
		assertThat(withdraw().standing()).isEqualTo(Standing.WITHDRAWN);
		verify(this.exchange.api, times(4)).withdraw(any(), any());
	}

	@Test
	void triesAgainIfACertificateIsRejected() {
		given(this.exchange.api.withdraw(any(), any())).willThrow(SingleExchange.certificateRejected())
			.willReturn(SingleExchange.withdrawn());
		assertThat(withdraw().standing()).isEqualTo(Standing.WITHDRAWN);
	}

	@ParameterizedTest
	@ValueSource(ints = { 302, 400, 401, 403, 408, 500, 503 })
	void row33_triesUntilTheDeadline(int status) {
		givenWithdrawalFails(SingleExchange.error(status));
		long start = this.exchange.ticker.nanoTime();
		assertThat(withdraw().standing()).isEqualTo(Standing.UNCLEAR);
		assertThat(Duration.ofNanos(this.exchange.ticker.nanoTime() - start)).isBetween(LEFT, LEFT.plusMillis(100));
	}

	@Test
	void row33_triesForTenSecondsAtMost() {
		givenWithdrawalFails(SingleExchange.error(503));
		long start = this.exchange.ticker.nanoTime();
		assertThat(withdraw(Duration.ofMinutes(5), false).standing()).isEqualTo(Standing.UNCLEAR);
		assertThat(Duration.ofNanos(this.exchange.ticker.nanoTime() - start)).isBetween(Duration.ofSeconds(10),
				Duration.ofSeconds(11));
	}

	@Test
	void row33_triesThreeTimesIfItIsHurried() {
		givenWithdrawalFails(SingleExchange.error(503));
		assertThat(withdraw(Duration.ofMinutes(5), true).standing()).isEqualTo(Standing.UNCLEAR);
		verify(this.exchange.api, times(3)).withdraw(any(), any());
		assertThat(this.exchange.ticker.sleeps()).hasSize(2)
			.allMatch((pause) -> pause.compareTo(Duration.ofSeconds(1)) < 0);
	}

	@Test
	void row33_fetchesADecisionForTenSecondsAtMostIfItIsHurried() {
		givenWithdrawalFails(SingleExchange.error(409));
		givenStatus(ExchangeState.DECIDED, null);
		given(this.exchange.api.awaitDecision(any(), anyInt(), any())).willThrow(SingleExchange.error(503));
		long start = this.exchange.ticker.nanoTime();
		assertThat(withdraw(Duration.ofMinutes(5), true).standing()).isEqualTo(Standing.DECIDED);
		assertThat(Duration.ofNanos(this.exchange.ticker.nanoTime() - start)).isBetween(Duration.ofSeconds(10),
				Duration.ofSeconds(11));
	}

	@ParameterizedTest
	@ValueSource(strings = { "pairing_revoked", "app_consent_denied" })
	void withdrawWhenFailureIsPermanentTriesOnce(String code) {
		givenWithdrawalFails(SingleExchange.error(403, code));
		assertThat(withdraw().standing()).isEqualTo(Standing.UNCLEAR);
		verify(this.exchange.api).withdraw(any(), any());
	}

	@Test
	void triesAgainIfTheSubmissionMayStillBeOnItsWay() {
		given(this.exchange.api.withdraw(any(), any())).willThrow(SingleExchange.error(404))
			.willReturn(SingleExchange.withdrawn());
		given(this.exchange.api.getExchange(any(), any())).willThrow(SingleExchange.error(404));
		given(this.exchange.api.awaitDecision(any(), anyInt(), any())).willThrow(SingleExchange.error(404));
		assertThat(withdraw().standing()).isEqualTo(Standing.WITHDRAWN);
	}

	@Test
	void row32_findsTheDecisionDespiteAnInterruptAndKeepsThat() {
		given(this.exchange.api.withdraw(any(), any())).willAnswer((invocation) -> {
			Thread.currentThread().interrupt();
			throw SingleExchange.connectionLost();
		}).willThrow(SingleExchange.error(409));
		givenStatus(ExchangeState.DECIDED, SingleExchange.body());
		assertThat(withdraw().delivery()).isNotNull();
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void row32_triesTwiceMoreAfterAnInterrupt() {
		given(this.exchange.api.withdraw(any(), any())).willThrow(SingleExchange.error(503))
			.willThrow(SingleExchange.error(503))
			.willThrow(SingleExchange.error(503))
			.willAnswer((invocation) -> {
				Thread.currentThread().interrupt();
				throw SingleExchange.connectionLost();
			})
			.willThrow(SingleExchange.error(503));
		assertThat(withdraw(Duration.ofMinutes(5), false).standing()).isEqualTo(Standing.UNCLEAR);
		assertThat(Thread.interrupted()).isTrue();
		verify(this.exchange.api, times(6)).withdraw(any(), any());
	}

	private void givenWithdrawalFails(RuntimeException failure) {
		given(this.exchange.api.withdraw(eq(SingleExchange.REQUEST_ID), any())).willThrow(failure);
	}

	private void givenDecisionArrives() {
		given(this.exchange.api.awaitDecision(any(), anyInt(), any()))
			.willReturn(ResponseEntity.ok(SingleExchange.decision()));
	}

	private void givenStatus(ExchangeState state, @Nullable ObjectNode decision) {
		given(this.exchange.api.getExchange(eq(SingleExchange.REQUEST_ID), any()))
			.willReturn(SingleExchange.status(state, decision));
	}

	private ExchangeReport withdraw() {
		return withdraw(LEFT, false);
	}

	private ExchangeReport withdraw(Duration left, boolean hurried) {
		return new ExchangeWithdrawal(this.exchange.calls, SingleExchange.REQUEST_ID, this.exchange.receiver(left),
				this.exchange.deadline(left), hurried, false, this.exchange.ticker)
			.run();
	}

}
