/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.exchange.ExchangeReport.Standing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * Tests for exchanges whose decisions arrive by other means than requests of ours.
 */
class DecisionReceiverTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final ExchangeReport DELIVERED = ExchangeReport
		.of(ReceivedDecision.of(SingleExchange.decision(), Instant.EPOCH));

	private static final ExchangeReport UNDECIDED = ExchangeReport.of(Standing.UNDECIDED);

	private final SingleExchange exchange = new SingleExchange();

	@Test
	void exchangeReturnsReceivedDecision() throws Exception {
		ReceivedDecision delivery = this.exchange.run(TIMEOUT, receiver(UNDECIDED, UNDECIDED, DELIVERED));
		assertThat(delivery).isEqualTo(DELIVERED.delivery());
		assertThatNothingIsAskedFor();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "msg 1", "msg-\ud83d", "LONG" })
	void messageIdThatCannotBeKeptIsIgnored(String msgId) {
		Envelope<JsonNode> decision = SingleExchange.decision();
		assertThat(ReceivedDecision.of(decision, Instant.EPOCH).msgId()).isNotNull();
		String id = msgId.equals("LONG") ? "m".repeat(257) : msgId;
		assertThat(ReceivedDecision
			.of(new Envelope<>(id, decision.msgType(), decision.requestId(), null, null, null, null, null,
					decision.body()), Instant.EPOCH)
			.msgId()).isNull();
	}

	@Test
	void exchangeWhenUnknownSubmitsAgain() throws Exception {
		this.exchange.run(TIMEOUT, receiver(ExchangeReport.of(Standing.UNKNOWN), DELIVERED));
		verify(this.exchange.api, times(2)).submitArtifact(any(), any());
		assertThatNothingIsAskedFor();
	}

	@Test
	void exchangeThatIsDecidedIsNotSubmittedAgain() throws Exception {
		this.exchange.run(TIMEOUT,
				receiver(ExchangeReport.of(Standing.DECIDED), ExchangeReport.of(Standing.UNKNOWN), DELIVERED));
		verify(this.exchange.api).submitArtifact(any(), any());
	}

	@Test
	void exchangePausesAfterAFailure() throws Exception {
		AirlockGatewayException failure = new AirlockGatewayException(SingleExchange.error(503).getError());
		this.exchange.run(TIMEOUT, receiver(ExchangeReport.of(Standing.UNCLEAR, failure), DELIVERED));
		assertThat(this.exchange.ticker.sleeps()).containsExactly(Duration.ofMillis(500));
	}

	@Test
	void exchangeWhenExpiredAtGatewayTimesOut() throws Exception {
		DecisionReceiver receiver = receiver(ExchangeReport.of(Standing.EXPIRED));
		assertThatExceptionOfType(ApprovalTimeoutException.class).isThrownBy(() -> this.exchange.run(TIMEOUT, receiver))
			.withMessageContaining("expired at the gateway");
	}

	@Test
	void withdrawalFetchesTheDecisionFromTheReceiver() throws Exception {
		given(this.exchange.api.withdraw(any(), any())).willThrow(SingleExchange.error(409));
		DecisionReceiver receiver = receiver();
		given(receiver.inspect(any())).willReturn(DELIVERED);
		assertThat(this.exchange.run(TIMEOUT, receiver)).isEqualTo(DELIVERED.delivery());
		assertThatNothingIsAskedFor();
	}

	@Test
	void conflictOfASubmissionIsClearedUpByTheReceiver() throws Exception {
		given(this.exchange.api.submitArtifact(any(), any())).willThrow(SingleExchange.error(409));
		DecisionReceiver receiver = receiver(DELIVERED);
		given(receiver.inspect(any())).willReturn(ExchangeReport.of(Standing.OTHER_CONTENT));
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> this.exchange.run(TIMEOUT, receiver))
			.withMessageContaining("another content");
		assertThatNothingIsAskedFor();
	}

	private void assertThatNothingIsAskedFor() {
		verify(this.exchange.api, never()).awaitDecision(any(), anyInt(), any());
		verify(this.exchange.api, never()).getExchange(any(), any());
	}

	/**
	 * Create a receiver of one report after the other, and then of none until the
	 * deadline.
	 */
	private DecisionReceiver receiver(ExchangeReport... reports) throws InterruptedException {
		Deque<ExchangeReport> left = new ArrayDeque<>(List.of(reports));
		DecisionReceiver receiver = mock();
		given(receiver.receive()).willAnswer((invocation) -> {
			if (left.isEmpty()) {
				this.exchange.ticker.advance(TIMEOUT);
				return UNDECIDED;
			}
			return left.remove();
		});
		given(receiver.inspect(any())).willReturn(UNDECIDED);
		return receiver;
	}

}
