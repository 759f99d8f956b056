/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.format.annotation.DurationFormat.Style;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Exception thrown when the value of a property is invalid. It never contains the value,
 * which may be secret.
 */
@SuppressWarnings("serial")
class AirlockConfigurationException extends RuntimeException {

	private final String action;

	AirlockConfigurationException(String property, String reason, String action) {
		this(property, reason, action, null);
	}

	AirlockConfigurationException(String property, String reason, String action, @Nullable Throwable cause) {
		super("Property '%s' cannot be used: %s".formatted(property, reason), cause);
		this.action = action;
	}

	static void throwIf(boolean unusable, String property, String reason, String action) {
		if (unusable) {
			throw new AirlockConfigurationException(property, reason, action);
		}
	}

	static void throwIfWithoutJdbc(boolean jdbc, String property) {
		throwIf(jdbc, property, "it is 'jdbc', but there is no JDBC support",
				"Add 'spring-boot-starter-jdbc' and a DataSource, or remove the property.");
	}

	static Duration requirePositive(String property, Duration duration) {
		throwIf(duration.isNegative() || duration.isZero(), property, "it is not positive",
				"Set it to a duration such as '5s'.");
		return duration;
	}

	/**
	 * Require a duration of at least one second.
	 */
	static Duration requireInRange(String property, Duration duration, Duration max) {
		throwIf(duration.compareTo(Duration.ofSeconds(1)) < 0 || duration.compareTo(max) > 0, property,
				"it is out of range", "Set it to a duration from 1s to %s; without a unit, it is in milliseconds."
					.formatted(DurationFormatterUtils.print(max, Style.COMPOSITE)));
		return duration;
	}

	String getAction() {
		return this.action;
	}

}
