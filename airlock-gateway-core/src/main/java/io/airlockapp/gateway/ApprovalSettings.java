/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * Immutable settings for approvals, used unless a request specifies its own.
 *
 * @param timeout the time that a person has to decide
 * @param pollTimeout the time for which the gateway may hold one request for a decision,
 * from 1 to 60 seconds
 * @param artifactType the type of review that is requested
 */
public record ApprovalSettings(Duration timeout, Duration pollTimeout, String artifactType) {

	/**
	 * The longest time that a person can have to decide.
	 */
	public static final Duration MAX_TIMEOUT = Duration.ofDays(7);

	public static final Duration MAX_HOLD = Duration.ofSeconds(60);

	/**
	 * Validate the time that an approver has to decide.
	 * @param name the name to use in the exception's message
	 * @param timeout the timeout
	 * @return the timeout
	 * @throws IllegalArgumentException if the timeout is not from one second to seven
	 * days
	 */
	public static Duration requireTimeout(String name, Duration timeout) {
		Assert.isTrue(timeout.compareTo(Duration.ofSeconds(1)) >= 0 && timeout.compareTo(MAX_TIMEOUT) <= 0,
				() -> "'%s' must be from 1s to %sd, but is %s".formatted(name, MAX_TIMEOUT.toDays(), timeout));
		return timeout;
	}

}
