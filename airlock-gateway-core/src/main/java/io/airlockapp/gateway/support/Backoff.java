/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.time.Duration;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/**
 * Computes the delay before the next retry: exponential with full jitter, and at least
 * the gateway's {@code Retry-After} up to a limit.
 */
public final class Backoff {

	private static final GrowingPause CEILING = new GrowingPause(Duration.ofMillis(500), Duration.ofSeconds(15));

	private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(2);

	private final RandomGenerator random;

	private int failures;

	/**
	 * Create a backoff without failures.
	 * @param random the source of the jitter
	 */
	public Backoff(RandomGenerator random) {
		this.random = random;
	}

	/**
	 * Return the delay after a failure.
	 * @param retryAfter the delay requested by the gateway, or {@code null}
	 * @return the delay
	 */
	public Duration next(@Nullable Duration retryAfter) {
		long longest = CEILING.after(this.failures++).toMillis();
		Duration jitter = Duration.ofMillis(this.random.nextLong(1, longest + 1));
		return (retryAfter != null) ? Durations.min(retryAfter, MAX_RETRY_AFTER).plus(jitter) : jitter;
	}

	/**
	 * Reset the number of failures after a success.
	 */
	public void reset() {
		this.failures = 0;
	}

}
