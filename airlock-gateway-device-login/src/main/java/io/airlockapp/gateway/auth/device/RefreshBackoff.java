/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.time.Duration;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.GrowingPause;
import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Backoff after failed refreshes of a login. Holds the last failure and the time of the
 * next attempt.
 */
final class RefreshBackoff {

	private static final GrowingPause PAUSE = new GrowingPause(Duration.ofSeconds(1), Duration.ofSeconds(30));

	private int failures;

	private final Ticker ticker;

	private volatile @Nullable AirlockGatewayException failure;

	private volatile Deadline retryAt;

	RefreshBackoff(Ticker ticker) {
		this.ticker = ticker;
		this.retryAt = Deadline.in(Duration.ZERO, ticker);
	}

	@Nullable AirlockGatewayException failure() {
		return this.failure;
	}

	void failed(AirlockGatewayException ex) {
		this.retryAt = Deadline.in(PAUSE.after(this.failures++), this.ticker);
		this.failure = ex;
	}

	void over() {
		this.failure = null;
		this.failures = 0;
	}

	/**
	 * Return the time until the next attempt, or zero if the last refresh did not fail.
	 */
	Duration pauseLeft() {
		return (this.failure != null) ? this.retryAt.remaining() : Duration.ZERO;
	}

}
