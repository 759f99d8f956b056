package io.airlockapp.gateway;

import java.time.Duration;

import io.airlockapp.gateway.client.ExchangeState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link Withdrawal}.
 */
class WithdrawalTests {

	private final SingleExchange exchange = new SingleExchange();

	@Test
	void asksForNoDecisionOnceWithdrawn() {
		assertThat(withdraw(true)).isNull();
		verify(this.exchange.api, never()).getExchange(eq(SingleExchange.REQUEST_ID), any());
	}

	@Test
	void row30_fetchesTheDecisionIfThereIsOne() {
		givenWithdrawalFails(SingleExchange.error(409, "AlreadyDecidedConflict"));
		given(this.exchange.api.getExchange(eq(SingleExchange.REQUEST_ID), any()))
			.willReturn(SingleExchange.status(ExchangeState.DECIDED, SingleExchange.body()));
		assertThat(withdraw(true)).isNotNull();
	}

	@Test
	void row30_fetchesTheDecisionAgainIfThatFails() {
		givenWithdrawalFails(SingleExchange.error(409));
		given(this.exchange.api.getExchange(eq(SingleExchange.REQUEST_ID), any())).willThrow(SingleExchange.error(503))
			.willThrow(SingleExchange.connectionLost())
			.willReturn(SingleExchange.status(ExchangeState.DECIDED, SingleExchange.body()));
		assertThat(withdraw(true)).isNotNull();
		verify(this.exchange.api, times(3)).getExchange(eq(SingleExchange.REQUEST_ID), any());
	}

	@Test
	void hasNoDecisionIfTheRequestEndedWithoutOne() {
		givenWithdrawalFails(SingleExchange.error(409));
		given(this.exchange.api.getExchange(eq(SingleExchange.REQUEST_ID), any()))
			.willReturn(SingleExchange.status(ExchangeState.EXPIRED, null));
		assertThat(withdraw(true)).isNull();
	}

	@Test
	void givesUpFetchingTheDecisionAfterThreeTries() {
		givenWithdrawalFails(SingleExchange.error(409));
		given(this.exchange.api.getExchange(eq(SingleExchange.REQUEST_ID), any())).willThrow(SingleExchange.error(503));
		assertThat(withdraw(true)).isNull();
		verify(this.exchange.api, times(3)).getExchange(eq(SingleExchange.REQUEST_ID), any());
	}

	@ParameterizedTest
	@ValueSource(ints = { 408, 500, 503 })
	void row33_triesThreeTimesWithPausesAndNoMore(int status) {
		givenWithdrawalFails(SingleExchange.error(status));
		assertThat(withdraw(true)).isNull();
		verify(this.exchange.api, times(3)).withdraw(eq(SingleExchange.REQUEST_ID), any());
		assertThat(this.exchange.ticker.sleeps()).hasSize(2)
			.allMatch((pause) -> pause.compareTo(Duration.ofSeconds(1)) < 0);
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 401, 403, 404, 410 })
	void triesOnceIfThatIsOfNoUse(int status) {
		givenWithdrawalFails(SingleExchange.error(status));
		assertThat(withdraw(true)).isNull();
		verify(this.exchange.api).withdraw(eq(SingleExchange.REQUEST_ID), any());
	}

	@Test
	void triesAgainIfTheSubmissionMayStillBeOnItsWay() {
		given(this.exchange.api.withdraw(eq(SingleExchange.REQUEST_ID), any())).willThrow(SingleExchange.error(404))
			.willReturn(null);
		assertThat(withdraw(false)).isNull();
		verify(this.exchange.api, times(2)).withdraw(eq(SingleExchange.REQUEST_ID), any());
	}

	@Test
	void row32_endsAtAnInterruptAndKeepsIt() {
		given(this.exchange.api.withdraw(eq(SingleExchange.REQUEST_ID), any())).willAnswer((invocation) -> {
			Thread.currentThread().interrupt();
			throw SingleExchange.connectionLost();
		});
		assertThat(withdraw(true)).isNull();
		assertThat(Thread.interrupted()).isTrue();
		verify(this.exchange.api).withdraw(eq(SingleExchange.REQUEST_ID), any());
	}

	private void givenWithdrawalFails(RuntimeException failure) {
		given(this.exchange.api.withdraw(eq(SingleExchange.REQUEST_ID), any())).willThrow(failure);
	}

	private @Nullable Delivery withdraw(boolean submitted) {
		return new Withdrawal(this.exchange.calls, SingleExchange.REQUEST_ID, submitted, this.exchange.ticker).run();
	}

}
