/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.time.Duration;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;

import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Backoff after failed refreshes of a login. Holds the last failure and the time of the
 * next attempt.
 */
final class RefreshBackoff {

	private static final Duration MAX_PAUSE = Duration.ofSeconds(30);

	private final ExponentialBackOff backOff = new ExponentialBackOff(1000, 2);

	private BackOffExecution retries;

	private final Ticker ticker;

	private volatile @Nullable AirlockGatewayException failure;

	private volatile Deadline retryAt;

	RefreshBackoff(Ticker ticker) {
		this.ticker = ticker;
		this.retryAt = Deadline.in(Duration.ZERO, ticker);
		this.backOff.setMaxInterval(MAX_PAUSE.toMillis());
		this.retries = this.backOff.start();
	}

	@Nullable AirlockGatewayException failure() {
		return this.failure;
	}

	void failed(AirlockGatewayException ex) {
		this.retryAt = Deadline.in(Duration.ofMillis(this.retries.nextBackOff()), this.ticker);
		this.failure = ex;
	}

	void over() {
		this.failure = null;
		this.retries = this.backOff.start();
	}

	/**
	 * Return the time until the next attempt, or zero if the last refresh did not fail.
	 */
	Duration pauseLeft() {
		return (this.failure != null) ? this.retryAt.remaining() : Duration.ZERO;
	}

}
