package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/**
 * Computes the delay before the next retry: exponential with full jitter, and never less
 * than the gateway requests, within reason.
 */
final class Backoff {

	private static final Duration BASE = Duration.ofMillis(500);

	private static final Duration CAP = Duration.ofSeconds(15);

	private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(2);

	private static final int MAX_DOUBLINGS = 5;

	private final RandomGenerator random;

	private int failures;

	Backoff(RandomGenerator random) {
		this.random = random;
	}

	/**
	 * Return the wait after one more failure.
	 * @param retryAfter what the gateway asks for, if it does
	 */
	Duration next(@Nullable Duration retryAfter) {
		long ceiling = BASE.toMillis() << Math.min(this.failures, MAX_DOUBLINGS);
		this.failures++;
		return pause(1, Math.min(ceiling, CAP.toMillis()), retryAfter);
	}

	/**
	 * Return the wait after a failure while too many others fail as well.
	 * @param retryAfter what the gateway asks for, if it does
	 * @return the time to wait, among the longest that are waited
	 */
	Duration nextOfMany(@Nullable Duration retryAfter) {
		this.failures++;
		return pause(CAP.toMillis() / 2, CAP.toMillis(), retryAfter);
	}

	private Duration pause(long least, long most, @Nullable Duration retryAfter) {
		Duration jitter = Duration.ofMillis(this.random.nextLong(least, most + 1));
		if (retryAfter == null) {
			return jitter;
		}
		Duration asked = (retryAfter.compareTo(MAX_RETRY_AFTER) > 0) ? MAX_RETRY_AFTER : retryAfter;
		return asked.plus(jitter);
	}

	/**
	 * Forget the failures after a success.
	 */
	void reset() {
		this.failures = 0;
	}

}
