/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.lang.Contract;
import org.springframework.format.annotation.DurationFormat.Style;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Exception thrown when the application cannot start as it is configured, such as with an
 * invalid property or an unsupported database. It never contains a value that may be
 * secret.
 */
public final class AirlockConfigurationException extends RuntimeException {

	private final String action;

	/**
	 * Create an exception.
	 * @param message the reason
	 * @param action what the application or its operator can do
	 */
	public AirlockConfigurationException(String message, String action) {
		this(message, action, null);
	}

	/**
	 * Create an exception.
	 * @param message the reason
	 * @param action what the application or its operator can do
	 * @param cause the cause, or {@code null}
	 */
	public AirlockConfigurationException(String message, String action, @Nullable Throwable cause) {
		super(message, cause);
		this.action = action;
	}

	/**
	 * Create an exception about a property.
	 * @param property the name of the property
	 * @param reason why its value cannot be used
	 * @param action what to set it to
	 * @return the exception
	 */
	public static AirlockConfigurationException ofProperty(String property, String reason, String action) {
		return ofProperty(property, reason, action, null);
	}

	/**
	 * Create an exception about a property.
	 * @param property the name of the property
	 * @param reason why its value cannot be used
	 * @param action what to set it to
	 * @param cause the cause, or {@code null}
	 * @return the exception
	 */
	public static AirlockConfigurationException ofProperty(String property, String reason, String action,
			@Nullable Throwable cause) {
		return new AirlockConfigurationException("Property '%s' cannot be used: %s".formatted(property, reason), action,
				cause);
	}

	/**
	 * Require that the value of a property has no placeholder, which Spring Boot keeps if
	 * there is no value for it.
	 * @param property the name of the property
	 * @param value the value
	 * @throws AirlockConfigurationException if it has one
	 */
	public static void requireNoPlaceholder(String property, String value) {
		throwIf(value.matches(".*\\$\\{.+}.*"), property, "it contains a placeholder without a value",
				"Set the variable or property that the placeholder names.");
	}

	/**
	 * Require that the value of a property can be used.
	 * @param unusable whether it cannot
	 * @param property the name of the property
	 * @param reason why its value cannot be used
	 * @param action what to set it to
	 * @throws AirlockConfigurationException if the value cannot be used
	 */
	@Contract("true, _, _, _ -> fail")
	public static void throwIf(boolean unusable, String property, String reason, String action) {
		if (unusable) {
			throw ofProperty(property, reason, action);
		}
	}

	/**
	 * Require a duration that is greater than zero.
	 * @param property the name of the property
	 * @param duration the value of the property
	 * @return the duration
	 * @throws AirlockConfigurationException if the duration is zero or negative
	 */
	public static Duration requirePositive(String property, Duration duration) {
		throwIf(duration.isNegative() || duration.isZero(), property, "it is not positive",
				"Set it to a duration such as '5s'.");
		return duration;
	}

	/**
	 * Require a duration in a range.
	 * @param property the name of the property
	 * @param duration the value of the property
	 * @param min the shortest duration
	 * @param max the longest duration
	 * @return the duration
	 * @throws AirlockConfigurationException if the duration is out of the range
	 */
	public static Duration requireInRange(String property, Duration duration, Duration min, Duration max) {
		throwIf(duration.compareTo(min) < 0 || duration.compareTo(max) > 0, property, "it is out of range",
				"Set it to a duration with a unit, from %s to %s.".formatted(
						DurationFormatterUtils.print(min, Style.COMPOSITE),
						DurationFormatterUtils.print(max, Style.COMPOSITE)));
		return duration;
	}

	/**
	 * Return what the application or its operator can do.
	 * @return the action, as sentences
	 */
	public String getAction() {
		return this.action;
	}

}
