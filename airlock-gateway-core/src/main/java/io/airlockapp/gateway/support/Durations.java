/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.time.Duration;

/**
 * Compares and describes durations.
 */
public final class Durations {

	private Durations() {
	}

	/**
	 * Return the shorter of two durations.
	 * @param first a duration
	 * @param second another one
	 * @return the shorter one
	 */
	public static Duration min(Duration first, Duration second) {
		return (first.compareTo(second) <= 0) ? first : second;
	}

	/**
	 * Return the longer of two durations.
	 * @param first a duration
	 * @param second another one
	 * @return the longer one
	 */
	public static Duration max(Duration first, Duration second) {
		return (first.compareTo(second) >= 0) ? first : second;
	}

	/**
	 * Describe a duration in whole minutes or seconds.
	 * @param duration the duration
	 * @return the text
	 */
	public static String text(Duration duration) {
		return (duration.toSecondsPart() == 0) ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
	}

}
