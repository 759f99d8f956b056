/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeState;
import io.airlockapp.gateway.client.GatewayError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClientException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.verifyNoMoreInteractions;

/**
 * Tests for {@link ApprovalExchange} in virtual time.
 */
class ApprovalExchangeTests {

	private static final Duration TIMEOUT = Duration.ofMinutes(5);

	private final SingleExchange exchange = new SingleExchange();

	/**
	 * How long the gateway was asked to hold each poll, in seconds.
	 */
	private final List<Integer> holds = new ArrayList<>();

	private final Deque<Poll> polls = new ArrayDeque<>();

	/**
	 * The answer to all polls after those.
	 */
	private @Nullable Poll unexpected;

	@Test
	void row03_submitsTheSameEnvelopeAgain() {
		EncryptedArtifact artifact = SingleExchange.artifact();
		given(this.exchange.api.submitArtifact(eq(artifact.envelope()), any()))
			.willThrow(SingleExchange.connectionLost())
			.willThrow(SingleExchange.error(503))
			.willReturn(null);
		pollsAnswer(after(0, SingleExchange::decision));
		assertThat(run(artifact, Duration.ofSeconds(25))).isNotNull();
		verify(this.exchange.api, times(3)).submitArtifact(eq(artifact.envelope()), any());
		verify(this.exchange.api, times(3)).submitArtifact(any(), any());
	}

	@Test
	void row03_resubmissionWhenAlreadyDecidedCountsAsAccepted() {
		given(this.exchange.api.submitArtifact(any(), any())).willThrow(SingleExchange.connectionLost())
			.willThrow(SingleExchange.error(409, "AlreadyDecidedConflict"));
		pollsAnswer(after(0, SingleExchange::decision));
		assertThat(run()).isNotNull();
	}

	@Test
	void row32_requestThatWasStillQueuedIsNotWithdrawn() {
		Thread.currentThread().interrupt();
		try {
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this::run)
				.withMessageContaining("was not sent");
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
		}
		verifyNoInteractions(this.exchange.api);
	}

	@Test
	void row06_requestWithoutATokenIsNotWithdrawn() {
		given(this.exchange.api.submitArtifact(any(), any()))
			.willThrow(new IdentityUnavailableException("Sign in first", null));
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this::run);
		verify(this.exchange.api).submitArtifact(any(), any());
		verifyNoMoreInteractions(this.exchange.api);
	}

	@Test
	void row10_backsOffAndForgetsThatAfterASuccess() {
		pollsAnswer(failing(0, 503), failing(0, 503), failing(0, 503), after(25, () -> null), failing(0, 503),
				after(0, SingleExchange::decision), after(0, SingleExchange::decision));
		assertThat(run()).isNotNull();
		assertThat(this.exchange.ticker.sleeps()).startsWith(Duration.ofMillis(500), Duration.ofMillis(1000),
				Duration.ofMillis(2000), Duration.ofMillis(500));
	}

	@Test
	void refusalByTheOwnLimitPausesTheExchange() {
		given(this.exchange.api.submitArtifact(any(), any())).willThrow(AirlockGatewayException.ofOwnLimit())
			.willThrow(AirlockGatewayException.ofOwnLimit())
			.willReturn(null);
		pollsAnswer(after(0, SingleExchange::decision));
		assertThat(run()).isNotNull();
		assertThat(this.exchange.ticker.sleeps()).startsWith(Duration.ofMillis(500), Duration.ofMillis(1000));
	}

	@Test
	void ownLimitThatIsUsedUpByRetriesIsNotTheReason() {
		given(this.exchange.api.submitArtifact(any(), any()))
			.willThrow(new AirlockGatewayException(new GatewayError(503, null, "Down for repairs", null, null)))
			.willThrow(AirlockGatewayException.ofOwnLimit());
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this::run)
			.withMessageContaining("responded with 503");
	}

	@Test
	void row11_pollAfterCutHasShorterHold() {
		pollsAnswer(cut(20), cut(12), cut(8), cut(5), after(0, SingleExchange::decision));
		assertThat(run(Duration.ofSeconds(60))).isNotNull();
		assertThat(this.holds).containsExactly(60, 15, 9, 6, 6);
	}

	@Test
	void row11_pollHoldIsAtLeastFiveSeconds() {
		pollsAnswer(cut(6), cut(5), after(0, SingleExchange::decision));
		assertThat(run(Duration.ofSeconds(25))).isNotNull();
		assertThat(this.holds).containsExactly(25, 5, 5);
	}

	@Test
	void row11_otherFailuresDoNotShortenHold() {
		pollsAnswer(failing(0, 503), cut(26), after(0, SingleExchange::decision));
		assertThat(run(Duration.ofSeconds(25))).isNotNull();
		assertThat(this.holds).containsOnly(25);
	}

	@Test
	void row12_pollsAgainWithoutAPauseAfterAFullHold() {
		pollsAnswer(after(25, () -> null), after(25, () -> null), after(3, SingleExchange::decision));
		assertThat(run()).isNotNull();
		assertThat(this.exchange.ticker.sleeps()).isEmpty();
	}

	@Test
	void row13_pollsAtMostOnceASecond() {
		assertThatExceptionOfType(ApprovalTimeoutException.class).isThrownBy(this::run);
		assertThat(this.holds).hasSizeBetween(290, 300);
		assertThat(this.exchange.ticker.sleeps()).allMatch((pause) -> pause.compareTo(Duration.ofSeconds(1)) <= 0);
		verify(this.exchange.api).withdraw(eq(SingleExchange.REQUEST_ID), any());
	}

	@Test
	void pollHoldIsLimitedByDeadline() {
		pollsAnswer(after(290, () -> null));
		assertThatExceptionOfType(ApprovalTimeoutException.class).isThrownBy(this::run);
		assertThat(this.holds).startsWith(25, 10);
	}

	@Test
	void row17_statusIsRequestedWhenDecisionMayBeLost() {
		pollsAnswer(cut(3), after(25, () -> null));
		givenStatus(ExchangeState.DELIVERED, SingleExchange.body());
		ReceivedDecision delivery = run();
		assertThat(delivery.msgId()).isNull();
		verify(this.exchange.api, never()).withdraw(any(), any());
	}

	@Test
	void row17_statusIsRequestedOnce() {
		pollsAnswer(cut(3), after(25, () -> null), after(25, () -> null), after(0, SingleExchange::decision));
		givenStatus(ExchangeState.PENDING_APPROVAL, null);
		assertThat(run()).isNotNull();
		verify(this.exchange.api).getExchange(eq(SingleExchange.REQUEST_ID), any());
	}

	@Test
	void row17_statusIsRequestedAgainWhenThatFails() {
		pollsAnswer(cut(3), after(25, () -> null), after(25, () -> null));
		given(this.exchange.api.getExchange(eq(SingleExchange.REQUEST_ID), any())).willThrow(SingleExchange.error(503))
			.willReturn(SingleExchange.status(ExchangeState.DELIVERED, SingleExchange.body()));
		assertThat(run()).isNotNull();
		verify(this.exchange.api, times(2)).getExchange(eq(SingleExchange.REQUEST_ID), any());
	}

	@Test
	void findsTheDecisionOfAnExchangeThatHasEnded() {
		pollsAnswer(failing(0, 404));
		givenStatus(ExchangeState.DELIVERED, SingleExchange.body());
		assertThat(run()).isNotNull();
	}

	@Test
	void timesOutIfTheExchangeExpired() {
		pollsAnswer(failing(0, 410));
		givenStatus(ExchangeState.EXPIRED, null);
		assertThatExceptionOfType(ApprovalTimeoutException.class).isThrownBy(this::run);
	}

	@ParameterizedTest
	@EnumSource(value = ExchangeState.class, names = { "WITHDRAWN", "CANCELLED" })
	void exchangeThatWasWithdrawnOrCancelledIsUnavailable(ExchangeState state) {
		pollsAnswer(failing(0, 404));
		givenStatus(state, null);
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this::run)
			.withMessageContaining(state.name().toLowerCase(Locale.ROOT));
	}

	@ParameterizedTest
	@EnumSource(value = ExchangeState.class, names = { "DECIDED", "DELIVERED" })
	void fetchesADecisionThatTheStatusDoesNotHave(ExchangeState state) {
		pollsAnswer(failing(0, 404), failing(0, 503), cut(0), failing(0, 404), failing(0, 429), () -> null,
				SingleExchange::decision);
		givenStatus(state, null);
		assertThat(run().msgId()).isEqualTo("msg-1");
		assertThat(this.holds).hasSize(7).startsWith(25, 1, 1, 1);
		verify(this.exchange.api, never()).withdraw(any(), any());
	}

	@Test
	void fetchesADecisionOfWhichTheStatusHasAPartOnly() {
		pollsAnswer(failing(0, 404), SingleExchange::decision);
		givenStatus(ExchangeState.DECIDED, SingleExchange.body().without("signature"));
		assertThat(run().msgId()).isEqualTo("msg-1");
	}

	@ParameterizedTest
	@CsvSource({ "decision, Approve", "artifactHash, 00FF", "signature, other" })
	void fetchesADecisionThatHasAnotherFormInTheStatus(String member, String value) {
		given(this.exchange.api.withdraw(any(), any())).willThrow(SingleExchange.error(409));
		givenStatus(ExchangeState.DECIDED, SingleExchange.body().put(member, value));
		pollsAnswer(after(300, () -> null), SingleExchange::decision);
		assertThat(run().msgId()).isEqualTo("msg-1");
	}

	@Test
	void fetchesADecisionThatWasMadeDuringTheWithdrawal() {
		AtomicBoolean decided = new AtomicBoolean();
		given(this.exchange.api.withdraw(any(), any())).willAnswer((invocation) -> {
			decided.set(true);
			throw SingleExchange.error(409);
		});
		givenStatus(ExchangeState.DECIDED, SingleExchange.body().without("nonce"));
		this.unexpected = () -> decided.get() ? SingleExchange.decision() : null;
		assertThat(run().msgId()).isEqualTo("msg-1");
	}

	@Test
	void messageWhenDecisionIsNotDeliveredNamesIt() {
		pollsAnswer(failing(0, 404));
		givenStatus(ExchangeState.DECIDED, null);
		long start = this.exchange.ticker.nanoTime();
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this::run)
			.withMessageContaining("was decided, but the gateway did not hand over the decision");
		assertThat(Duration.ofNanos(this.exchange.ticker.nanoTime() - start)).isGreaterThanOrEqualTo(TIMEOUT);
	}

	@Test
	void row40_submitsAgainIfARestartLostTheExchange() {
		EncryptedArtifact artifact = SingleExchange.artifact();
		pollsAnswer(failing(0, 404), failing(0, 404), after(3, SingleExchange::decision));
		given(this.exchange.api.getExchange(eq(SingleExchange.REQUEST_ID), any())).willThrow(SingleExchange.error(404));
		assertThat(run(artifact, Duration.ofSeconds(25))).isNotNull();
		verify(this.exchange.api, times(2)).submitArtifact(eq(artifact.envelope()), any());
		verify(this.exchange.api, times(2)).submitArtifact(any(), any());
	}

	@Test
	void row40_exchangeThatGatewayNeverKnowsIsUnavailable() {
		given(this.exchange.api.getExchange(eq(SingleExchange.REQUEST_ID), any())).willThrow(SingleExchange.error(404));
		given(this.exchange.api.withdraw(any(), any())).willThrow(SingleExchange.error(404));
		this.unexpected = failing(0, 404);
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this::run)
			.withMessageContaining("404");
	}

	@Test
	void waitWhenOnlyWaitReportsUnknownExchangeContinues() {
		pollsAnswer(failing(0, 404), failing(0, 410), after(3, SingleExchange::decision));
		givenStatus(ExchangeState.PENDING_APPROVAL, null);
		assertThat(run()).isNotNull();
		verify(this.exchange.api).submitArtifact(any(), any());
	}

	@Test
	void row21_submitsAgainIfAPortalAcceptedTheSubmission() {
		given(this.exchange.api.submitArtifact(any(), any()))
			.willThrow(new RestClientException("Could not extract response"))
			.willReturn(null);
		pollsAnswer(failing(0, 404), failing(0, 404), after(3, SingleExchange::decision));
		given(this.exchange.api.getExchange(eq(SingleExchange.REQUEST_ID), any())).willThrow(SingleExchange.error(404));
		assertThat(run()).isNotNull();
		verify(this.exchange.api, times(2)).submitArtifact(any(), any());
	}

	@Test
	void row04_endsIfTheGatewayHasAnotherContent() {
		given(this.exchange.api.submitArtifact(any(), any()))
			.willThrow(SingleExchange.error(409, "AlreadyExistsConflict"));
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this::run)
			.withMessageContaining("tampering");
	}

	@Test
	void resubmissionWhenApplicationFailsContinues() {
		given(this.exchange.api.submitArtifact(any(), any())).willThrow(SingleExchange.connectionLost())
			.willThrow(new IllegalStateException("interceptor"))
			.willReturn(null);
		pollsAnswer(after(3, SingleExchange::decision));
		assertThat(run()).isNotNull();
	}

	@Test
	void row04_looksForOtherContentAfterAConflictWithoutACode() {
		given(this.exchange.api.submitArtifact(any(), any())).willThrow(SingleExchange.error(409));
		given(this.exchange.api.getExchange(any(), any()))
			.willReturn(SingleExchange.status(ExchangeState.PENDING_APPROVAL, "beef", null));
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this::run)
			.withMessageContaining("tampering");
	}

	@Test
	void row04_conflictWithSameContentContinues() {
		given(this.exchange.api.submitArtifact(any(), any())).willThrow(SingleExchange.error(409));
		givenStatus(ExchangeState.PENDING_APPROVAL, null);
		pollsAnswer(after(3, SingleExchange::decision));
		assertThat(run()).isNotNull();
	}

	@Test
	void row04_conflictWithDecidedExchangeReturnsDecision() {
		given(this.exchange.api.submitArtifact(any(), any())).willThrow(SingleExchange.error(409));
		given(this.exchange.api.getExchange(any(), any()))
			.willReturn(SingleExchange.status(ExchangeState.DECIDED, SingleExchange.body()))
			.willThrow(SingleExchange.error(503));
		assertThat(run()).isNotNull();
	}

	@Test
	void row04_conflictWithUnknownExchangeSubmitsAgain() {
		given(this.exchange.api.submitArtifact(any(), any())).willThrow(SingleExchange.error(409)).willReturn(null);
		given(this.exchange.api.getExchange(any(), any())).willThrow(SingleExchange.error(404));
		pollsAnswer(failing(0, 404), after(3, SingleExchange::decision));
		assertThat(run()).isNotNull();
		verify(this.exchange.api, times(2)).submitArtifact(any(), any());
	}

	@ParameterizedTest
	@ValueSource(ints = { 402, 404, 405, 408, 409, 413, 415, 418, 425, 429, 451, 500, 503, 599 })
	void transientFailureContinues(int status) {
		given(this.exchange.api.submitArtifact(any(), any())).willThrow(SingleExchange.error(status)).willReturn(null);
		given(this.exchange.api.getExchange(any(), any())).willThrow(SingleExchange.error(status));
		pollsAnswer(failing(0, status), after(3, SingleExchange::decision));
		assertThat(run()).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(ints = { 300, 301, 302, 307, 308, 400, 401, 403, 422 })
	void endsAtASubmissionThatIsRefused(int status) {
		given(this.exchange.api.submitArtifact(any(), any())).willThrow(SingleExchange.error(status));
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this::run)
			.withMessageContaining(String.valueOf(status));
		assertThat(this.exchange.ticker.sleeps()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "401, app_consent_required", "403, app_consent_denied", "403, pairing_revoked",
			"409, pairing_revoked" })
	void endsAtAWaitThatIsRefused(int status, @Nullable String code) {
		pollsAnswer(() -> {
			throw SingleExchange.error(status, code);
		});
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this::run);
		assertThat(this.holds).hasSize(1);
		verify(this.exchange.api).withdraw(any(), any());
	}

	@ParameterizedTest
	@ValueSource(ints = { 300, 301, 302, 307, 308, 400, 401, 403, 422 })
	void waitWhenRefusedOtherwiseContinues(int status) {
		pollsAnswer(failing(0, status), failing(0, status), after(3, SingleExchange::decision));
		given(this.exchange.api.getExchange(any(), any())).willThrow(SingleExchange.error(status));
		assertThat(run()).isNotNull();
		verify(this.exchange.api, never()).withdraw(any(), any());
	}

	@ParameterizedTest
	@ValueSource(ints = { 301, 307, 401, 403 })
	void resubmissionWhenRefusedContinues(int status) {
		given(this.exchange.api.submitArtifact(any(), any())).willThrow(SingleExchange.connectionLost())
			.willThrow(SingleExchange.error(status))
			.willReturn(null);
		pollsAnswer(after(3, SingleExchange::decision));
		assertThat(run()).isNotNull();
	}

	@Test
	void messageAtDeadlineNamesRefusedWait() {
		this.unexpected = failing(0, 401);
		given(this.exchange.api.getExchange(any(), any())).willThrow(SingleExchange.error(401));
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this::run)
			.withMessageContaining("airlock.gateway.auth");
		verify(this.exchange.api).withdraw(any(), any());
	}

	@Test
	void row02_endsAtASubmissionWhoseCertificateIsRejected() {
		given(this.exchange.api.submitArtifact(any(), any())).willThrow(SingleExchange.certificateRejected());
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this::run)
			.withMessageContaining("airlock.gateway.ssl.bundle");
		assertThat(this.exchange.ticker.sleeps()).isEmpty();
	}

	@Test
	void row02_rejectedCertificateAfterResponseContinues() {
		given(this.exchange.api.submitArtifact(any(), any())).willThrow(SingleExchange.error(503))
			.willThrow(SingleExchange.certificateRejected())
			.willReturn(null);
		pollsAnswer(() -> {
			throw SingleExchange.certificateRejected();
		}, () -> {
			throw SingleExchange.certificateRejected();
		}, after(3, SingleExchange::decision));
		given(this.exchange.api.getExchange(any(), any())).willThrow(SingleExchange.certificateRejected());
		assertThat(run()).isNotNull();
	}

	@ParameterizedTest
	@MethodSource
	void row21_messageOfOtherTypeIsNoDecision(Envelope<JsonNode> message) {
		pollsAnswer(() -> message, () -> message, after(3, SingleExchange::decision));
		givenStatus(ExchangeState.PENDING_APPROVAL, null);
		assertThat(run().msgId()).isEqualTo("msg-1");
	}

	static Stream<Envelope<JsonNode>> row21_messageOfOtherTypeIsNoDecision() {
		String id = SingleExchange.REQUEST_ID;
		return Stream.of(message(null, null, null), message(null, "c0ffee-7", null),
				message(null, id, SingleExchange.body()), message(null, null, SingleExchange.body()),
				message("error", id, SingleExchange.body()), message("exchange.status", id, SingleExchange.body()),
				message("decision.deliver", id, null), message("decision.deliver", id, StringNode.valueOf("approve")),
				message("decision.deliver", id, JsonNodeFactory.instance.arrayNode()));
	}

	private static Envelope<JsonNode> message(@Nullable String msgType, @Nullable String requestId,
			@Nullable JsonNode body) {
		return new Envelope<>("msg-0", msgType, requestId, null, null, null, null, null, body);
	}

	@Test
	void row23_handsOverADecisionOnAnotherRequest() {
		pollsAnswer(() -> message("decision.deliver", "req-0", SingleExchange.body()));
		assertThat(run().message().requestId()).isEqualTo("req-0");
	}

	@Test
	void row04_conflictWithHashInCapitalLettersContinues() {
		given(this.exchange.api.submitArtifact(any(), any())).willThrow(SingleExchange.error(409));
		given(this.exchange.api.getExchange(any(), any()))
			.willReturn(SingleExchange.status(ExchangeState.PENDING_APPROVAL, "00FF", null));
		pollsAnswer(after(3, SingleExchange::decision));
		assertThat(run()).isNotNull();
	}

	@Test
	void endsIfTheTimeOfDayIsPastTheExpiry() {
		pollsAnswer(after(25, () -> {
			this.exchange.now = this.exchange.now.plus(Duration.ofHours(8));
			return null;
		}));
		assertThatExceptionOfType(ApprovalTimeoutException.class).isThrownBy(this::run);
		assertThat(this.holds).hasSize(1);
		verify(this.exchange.api).withdraw(any(), any());
	}

	@Test
	void clockThatIsSetBackDoesNotExtendDeadline() {
		pollsAnswer(after(25, () -> {
			this.exchange.now = this.exchange.now.minus(Duration.ofDays(1));
			return null;
		}));
		long start = this.exchange.ticker.nanoTime();
		assertThatExceptionOfType(ApprovalTimeoutException.class).isThrownBy(this::run);
		assertThat(Duration.ofNanos(this.exchange.ticker.nanoTime() - start)).isEqualTo(TIMEOUT);
	}

	@Test
	void withdrawsAfterACheckedExceptionOfAnInterceptor() {
		this.unexpected = () -> {
			throw ApprovalExchangeTests.<RuntimeException>sneaky(new GeneralSecurityException());
		};
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> run(Duration.ofSeconds(25)));
		verify(this.exchange.api).withdraw(eq(SingleExchange.REQUEST_ID), any());
	}

	@SuppressWarnings("unchecked")
	private static <X extends Exception> X sneaky(Exception failure) throws X {
		throw (X) failure;
	}

	@Test
	void row41_failuresContinueUntilDeadline() {
		this.unexpected = failing(0, 503);
		long start = this.exchange.ticker.nanoTime();
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> run(Duration.ofSeconds(25)))
			.withMessageContaining("503");
		assertThat(Duration.ofNanos(this.exchange.ticker.nanoTime() - start)).isEqualTo(TIMEOUT);
		verify(this.exchange.api).withdraw(eq(SingleExchange.REQUEST_ID), any());
	}

	@Test
	void row41_stillFindsADecisionThatWasGiven() {
		this.unexpected = failing(0, 503);
		given(this.exchange.api.withdraw(eq(SingleExchange.REQUEST_ID), any())).willThrow(SingleExchange.error(409));
		givenStatus(ExchangeState.DECIDED, SingleExchange.body());
		assertThat(run(Duration.ofSeconds(25))).isNotNull();
	}

	@Test
	void fetchesADecisionUntilTheDeadlineAfterARefusal() {
		pollsAnswer(() -> {
			throw SingleExchange.error(403, "app_consent_denied");
		});
		given(this.exchange.api.withdraw(any(), any())).willThrow(SingleExchange.error(409));
		givenStatus(ExchangeState.DECIDED, null);
		for (int i = 0; i < 20; i++) {
			pollsAnswer(failing(0, 503));
		}
		pollsAnswer(SingleExchange::decision);
		assertThat(run()).isNotNull();
	}

	@Test
	void timeoutWhenWithdrawalFailsNamesIt() {
		pollsAnswer(after(300, () -> null));
		given(this.exchange.api.withdraw(any(), any())).willThrow(SingleExchange.error(503));
		assertThatExceptionOfType(ApprovalTimeoutException.class).isThrownBy(this::run)
			.withMessageContaining("could not be withdrawn");
	}

	@Test
	void withdrawsNothingThatWasRefused() {
		given(this.exchange.api.submitArtifact(any(), any())).willThrow(SingleExchange.error(422, "no_approver"));
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this::run);
		verify(this.exchange.api, never()).withdraw(any(), any());
	}

	@Test
	void withdrawsWhatMayHaveArrived() {
		given(this.exchange.api.submitArtifact(any(), any())).willThrow(SingleExchange.connectionLost());
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this::run);
		verify(this.exchange.api).withdraw(eq(SingleExchange.REQUEST_ID), any());
	}

	private ReceivedDecision run() {
		return run(Duration.ofSeconds(25));
	}

	private ReceivedDecision run(Duration pollTimeout) {
		return run(SingleExchange.artifact(), pollTimeout);
	}

	private ReceivedDecision run(EncryptedArtifact artifact, Duration pollTimeout) {
		given(this.exchange.api.awaitDecision(anyString(), anyInt(), any())).willAnswer((invocation) -> {
			this.holds.add(invocation.getArgument(1));
			Poll poll = this.polls.isEmpty() ? this.unexpected : this.polls.poll();
			Envelope<JsonNode> answer = (poll != null) ? poll.answer() : null;
			return (answer != null) ? ResponseEntity.ok(answer) : ResponseEntity.noContent().build();
		});
		return this.exchange.run(artifact, TIMEOUT.plusSeconds(2), pollTimeout);
	}

	private void givenStatus(ExchangeState state, @Nullable ObjectNode decision) {
		given(this.exchange.api.getExchange(eq(SingleExchange.REQUEST_ID), any()))
			.willReturn(SingleExchange.status(state, decision));
	}

	private void pollsAnswer(Poll... answers) {
		this.polls.addAll(List.of(answers));
	}

	private Poll after(int seconds, Poll answer) {
		return () -> {
			this.exchange.ticker.advance(Duration.ofSeconds(seconds));
			return answer.answer();
		};
	}

	private Poll failing(int seconds, int status) {
		return after(seconds, () -> {
			throw SingleExchange.error(status);
		});
	}

	private Poll cut(int seconds) {
		return after(seconds, () -> {
			throw SingleExchange.connectionLost();
		});
	}

	private interface Poll {

		@Nullable Envelope<JsonNode> answer();

	}

}
