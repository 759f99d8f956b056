/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.airlockapp.gateway.GatewayRequestExecutor.Scope;
import io.airlockapp.gateway.client.GatewayError;
import io.airlockapp.gateway.client.GatewayResponseException;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.client.ratelimit.RequestBudget;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import io.airlockapp.gateway.support.VirtualTicker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the budget of a {@link GatewayRequestExecutor}.
 */
class GatewayRequestExecutorTests {

	private final VirtualTicker ticker = new VirtualTicker();

	private final List<Duration> pauses = new ArrayList<>();

	private Duration wait = Duration.ZERO;

	private @Nullable Duration longest;

	private boolean available = true;

	private final GatewayRequestExecutor executor = new GatewayRequestExecutor(
			new GatewayRateLimiter(100, Duration.ofSeconds(10), this.ticker))
		.withBudget(new RequestBudget() {

			@Override
			public Duration takeTurn(Duration longest) {
				GatewayRequestExecutorTests.this.longest = longest;
				if (!GatewayRequestExecutorTests.this.available) {
					throw new IllegalStateException("down");
				}
				return GatewayRequestExecutorTests.this.wait;
			}

			@Override
			public void pause(Duration pause) {
				GatewayRequestExecutorTests.this.pauses.add(pause);
			}

		}, this.ticker);

	@Test
	void requestWaitsForItsTurn() {
		this.wait = Duration.ofSeconds(7);
		long start = this.ticker.nanoTime();
		assertThat(send()).isEqualTo("sent");
		assertThat(Duration.ofNanos(this.ticker.nanoTime() - start)).isEqualTo(this.wait);
	}

	@Test
	void requestIsNotSentIfItsTurnIsTooLate() {
		this.wait = Duration.ofSeconds(31);
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(this::send)
			.matches(AirlockGatewayException::isOwnLimit);
		assertThat(this.longest).isEqualTo(Duration.ofSeconds(30));
	}

	@Test
	void decisionIsFetchedBeforeTheTurnsThatOthersHaveTaken() {
		this.wait = Duration.ofSeconds(31);
		long start = this.ticker.nanoTime();
		assertThat(this.executor.execute(RequestPriority.CONTROL, Duration.ofSeconds(5), () -> "sent"))
			.isEqualTo("sent");
		assertThat(Duration.ofNanos(this.ticker.nanoTime() - start)).isEqualTo(Duration.ofSeconds(1));
		assertThat(this.longest).isEqualTo(Duration.ofSeconds(35));
	}

	@Test
	void rateLimiterSufficesWhileTheBudgetIsUnavailable() {
		this.available = false;
		assertThat(send()).isEqualTo("sent");
	}

	@Test
	void refusalForTheQuotaPausesAllInstances() {
		GatewayError refusal = new GatewayError(429, null, null, null, Duration.ofSeconds(20));
		assertThatExceptionOfType(AirlockGatewayException.class)
			.isThrownBy(() -> this.executor.execute(RequestPriority.SHORT, Duration.ofSeconds(30), () -> {
				throw new GatewayResponseException(refusal);
			}));
		assertThat(this.pauses).containsExactly(Duration.ofSeconds(20));
	}

	@Test
	void repetitionWithARenewedIdentityTakesATurnLikeAnyOther() {
		List<String> sent = new ArrayList<>();
		List<Duration> patience = new ArrayList<>();
		GatewayRequestExecutor identified = this.executor.identifiedBy((available, origin) -> new Scope() {

			@Override
			public Duration remaining() {
				return available;
			}

			@Override
			public boolean renew(Duration longest) {
				patience.add(longest);
				return true;
			}

			@Override
			public void close() {
			}

		});
		assertThatExceptionOfType(AirlockGatewayException.class)
			.isThrownBy(() -> identified.execute(RequestPriority.SHORT, Duration.ofSeconds(30), () -> {
				sent.add("with the turn before " + this.longest);
				throw new GatewayResponseException(new GatewayError(401, null, null, null, null));
			}))
			.satisfies((ex) -> assertThat(ex.getStatus()).isEqualTo(401));
		assertThat(patience).containsExactly(Duration.ofSeconds(5));
		assertThat(sent).containsExactly("with the turn before PT30S", "with the turn before PT5S");
	}

	@Test
	void checkedExceptionOfAnInterceptorIsTranslated() {
		assertThatExceptionOfType(AirlockGatewayException.class)
			.isThrownBy(() -> this.executor.execute(RequestPriority.SHORT, Duration.ofSeconds(30),
					() -> GatewayRequestExecutorTests.<RuntimeException, String>fail(new GeneralSecurityException())))
			.matches(AirlockGatewayException::isUnexpected)
			.withRootCauseInstanceOf(GeneralSecurityException.class);
	}

	@Test
	void interruptThatAnInterceptorThrowsIsKept() {
		assertThatExceptionOfType(AirlockGatewayException.class)
			.isThrownBy(() -> this.executor.execute(RequestPriority.SHORT, Duration.ofSeconds(30),
					() -> GatewayRequestExecutorTests.<RuntimeException, String>fail(new InterruptedException())));
		assertThat(Thread.interrupted()).isTrue();
	}

	@SuppressWarnings("unchecked")
	private static <X extends Exception, T> T fail(Exception failure) throws X {
		throw (X) failure;
	}

	private String send() {
		return this.executor.execute(RequestPriority.SHORT, Duration.ofSeconds(30), () -> "sent");
	}

}
