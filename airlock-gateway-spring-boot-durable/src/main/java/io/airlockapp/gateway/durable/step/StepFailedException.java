/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.step;

import java.time.Instant;

import io.airlockapp.gateway.AirlockGatewayException;

/**
 * Exception thrown when a step failed for a reason that may pass, and has to be repeated
 * after a pause.
 */
public final class StepFailedException extends RuntimeException {

	private final transient Instant latest;

	/**
	 * Create an exception with the safe message of its cause.
	 * @param cause the cause
	 * @param latest the time at which the step has to be repeated at the latest
	 */
	public StepFailedException(Throwable cause, Instant latest) {
		super(AirlockGatewayException.safeMessage(cause), cause);
		this.latest = latest;
	}

	/**
	 * Return the time at which the step has to be repeated at the latest.
	 * @return the time
	 */
	public Instant getLatest() {
		return this.latest;
	}

}
