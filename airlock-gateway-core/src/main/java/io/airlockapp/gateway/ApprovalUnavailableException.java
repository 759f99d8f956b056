/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when approval cannot be requested: the gateway does not respond or
 * refuses the request, the pairing is missing or revoked, or the application is shutting
 * down. The message contains the cause and the remedy. If the application itself is at
 * fault, so that no retry succeeds, the exception is an
 * {@link InvalidApprovalUsageException}, and if the method was started nevertheless, a
 * {@link MethodStartedException}.
 */
public class ApprovalUnavailableException extends AirlockGatewayException {

	private final @Nullable Duration retryAfter;

	/**
	 * Create an exception.
	 * @param message the problem and its remedy
	 * @param requestId the id of the approval request, if any
	 * @param cause the cause, if any
	 */
	public ApprovalUnavailableException(String message, @Nullable String requestId, @Nullable Throwable cause) {
		super(message, requestId, cause);
		this.retryAfter = null;
	}

	/**
	 * Create an exception for a call that this application itself refuses for some time.
	 * @param message the problem and its remedy
	 * @param retryAfter the time after which the call is no longer refused
	 */
	public ApprovalUnavailableException(String message, Duration retryAfter) {
		super(message, null, null);
		this.retryAfter = retryAfter;
	}

	@Override
	public @Nullable Duration getRetryAfter() {
		return (this.retryAfter != null) ? this.retryAfter : super.getRetryAfter();
	}

}
