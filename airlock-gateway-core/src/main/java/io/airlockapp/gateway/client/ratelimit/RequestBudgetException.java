/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when a {@link RequestBudget} is unavailable. The message is logged, so
 * it must not contain secrets.
 */
@SuppressWarnings("serial")
public class RequestBudgetException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param message the message
	 * @param cause the cause, or {@code null}
	 */
	public RequestBudgetException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
