package io.airlockapp.gateway.auth.device;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import io.airlockapp.gateway.AirlockGatewayException;
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

	private final InstantSource clock;

	private volatile @Nullable AirlockGatewayException failure;

	private volatile Instant retryAt = Instant.EPOCH;

	RefreshBackoff(InstantSource clock) {
		this.clock = clock;
		this.backOff.setMaxInterval(MAX_PAUSE.toMillis());
		this.retries = this.backOff.start();
	}

	@Nullable AirlockGatewayException failure() {
		return this.failure;
	}

	void failed(AirlockGatewayException ex) {
		this.retryAt = this.clock.instant().plusMillis(this.retries.nextBackOff());
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
		if (this.failure == null) {
			return Duration.ZERO;
		}
		Duration left = Duration.between(this.clock.instant(), this.retryAt);
		// A longer pause indicates that the clock was set back
		boolean setBack = left.compareTo(MAX_PAUSE) > 0;
		return (left.isNegative() || setBack) ? Duration.ZERO : left;
	}

}
