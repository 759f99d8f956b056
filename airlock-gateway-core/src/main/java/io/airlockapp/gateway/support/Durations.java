/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Compares, describes and verifies durations.
 */
public final class Durations {

	/**
	 * The reason why a duration whose unit is missing is refused.
	 */
	public static final String UNIT_IS_MISSING = "it is a number without a unit, which would be milliseconds";

	private static final Pattern WITHOUT_UNIT = Pattern.compile("\\s*[+-]?0*[1-9]\\d*\\s*");

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
	 * Return whether a text is a number without a unit other than zero. Spring Boot reads
	 * it as milliseconds, so that a duration of thirty seconds would be over at once.
	 * @param text the text of a duration
	 * @return whether the unit is missing
	 */
	public static boolean isWithoutUnit(String text) {
		return WITHOUT_UNIT.matcher(text).matches();
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
