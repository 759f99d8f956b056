package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.exchange.ExchangeReport.Standing;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * Tests for exchanges whose decisions arrive by other means than requests of ours.
 */
class DecisionReceiverTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final ExchangeReport DELIVERED = ExchangeReport.of(DecisionDelivery.of(SingleExchange.decision()));

	private static final ExchangeReport UNDECIDED = ExchangeReport.of(Standing.UNDECIDED);

	private final SingleExchange exchange = new SingleExchange();

	@Test
	void exchangeReturnsWhatIsReceived() {
		DecisionDelivery delivery = this.exchange.run(TIMEOUT, new Receiver(UNDECIDED, UNDECIDED, DELIVERED));
		assertThat(delivery).isEqualTo(DELIVERED.delivery());
		assertThatNothingIsAskedFor();
	}

	@Test
	void exchangeSubmitsAgainWhatIsUnknown() {
		this.exchange.run(TIMEOUT, new Receiver(ExchangeReport.of(Standing.UNKNOWN), DELIVERED));
		verify(this.exchange.api, times(2)).submitArtifact(any(), any());
		assertThatNothingIsAskedFor();
	}

	@Test
	void exchangeThatIsDecidedIsNotSubmittedAgain() {
		this.exchange.run(TIMEOUT,
				new Receiver(ExchangeReport.of(Standing.DECIDED), ExchangeReport.of(Standing.UNKNOWN), DELIVERED));
		verify(this.exchange.api).submitArtifact(any(), any());
	}

	@Test
	void exchangePausesAfterAFailure() {
		AirlockGatewayException failure = new AirlockGatewayException(SingleExchange.error(503).getError());
		this.exchange.run(TIMEOUT, new Receiver(ExchangeReport.of(Standing.UNCLEAR, failure), DELIVERED));
		assertThat(this.exchange.ticker.sleeps()).containsExactly(Duration.ofMillis(500));
	}

	@Test
	void exchangeEndsWithTheGatewaysEnd() {
		assertThatExceptionOfType(ApprovalTimeoutException.class)
			.isThrownBy(() -> this.exchange.run(TIMEOUT, new Receiver(ExchangeReport.of(Standing.EXPIRED))))
			.withMessageContaining("expired at the gateway");
	}

	@Test
	void withdrawalFetchesTheDecisionFromTheReceiver() {
		given(this.exchange.api.withdraw(any(), any())).willThrow(SingleExchange.error(409));
		Receiver receiver = new Receiver();
		receiver.inspected = DELIVERED;
		assertThat(this.exchange.run(TIMEOUT, receiver)).isEqualTo(DELIVERED.delivery());
		assertThatNothingIsAskedFor();
	}

	@Test
	void conflictOfASubmissionIsClearedUpByTheReceiver() {
		given(this.exchange.api.submitArtifact(any(), any())).willThrow(SingleExchange.error(409));
		Receiver receiver = new Receiver(DELIVERED);
		receiver.inspected = ExchangeReport.of(Standing.OTHER_CONTENT);
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
	 * Receives one report after the other, and then none until the deadline.
	 */
	private final class Receiver implements DecisionReceiver {

		private final Deque<ExchangeReport> reports;

		private ExchangeReport inspected = UNDECIDED;

		private Receiver(ExchangeReport... reports) {
			this.reports = new ArrayDeque<>(List.of(reports));
		}

		@Override
		public ExchangeReport receive() {
			if (this.reports.isEmpty()) {
				DecisionReceiverTests.this.exchange.ticker.advance(TIMEOUT);
				return UNDECIDED;
			}
			return this.reports.remove();
		}

		@Override
		public ExchangeReport inspect(Duration left) {
			return this.inspected;
		}

	}

}
