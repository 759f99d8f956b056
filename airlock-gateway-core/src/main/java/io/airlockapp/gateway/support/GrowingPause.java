/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.time.Duration;

/**
 * Pause between attempts that grows exponentially with the number of failures.
 *
 * @param first the pause after the first failure
 * @param factor the factor by which each pause is longer than the one before
 * @param longest the longest pause
 */
public record GrowingPause(Duration first, double factor, Duration longest) {

	/**
	 * Maximum exponent, so that the pause stays a number.
	 */
	private static final int MAX_GROWTH = 50;

	/**
	 * Create a pause that doubles after each failure.
	 * @param first the pause after the first failure
	 * @param longest the longest pause
	 */
	public GrowingPause(Duration first, Duration longest) {
		this(first, 2, longest);
	}

	/**
	 * Return the pause after a failure.
	 * @param failures the number of failures before it
	 * @return the pause
	 */
	public Duration after(int failures) {
		double millis = this.first.toMillis() * Math.pow(this.factor, Math.min(failures, MAX_GROWTH));
		return (millis < this.longest.toMillis()) ? Duration.ofMillis((long) millis) : this.longest;
	}

}
