/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when a person denied the request with a verified signature, or a
 * do-not-disturb policy denied the invocation ({@link ApprovalDeniedByPolicyException}).
 */
public class ApprovalDeniedException extends AirlockGatewayException {

	private final @Nullable String reason;

	/**
	 * Create an exception.
	 * @param message the denied action
	 * @param requestId the id of the denied request, if any
	 * @param reason the reason given by the person, if any
	 */
	public ApprovalDeniedException(String message, @Nullable String requestId, @Nullable String reason) {
		super(message, requestId, null);
		this.reason = reason;
	}

	/**
	 * Return the reason given by the person, shortened to 1,000 characters. It may have
	 * been modified in transit: display it as plain text, and never base logic on it.
	 * @return the reason, or {@code null} if none was given
	 */
	public @Nullable String getReason() {
		return this.reason;
	}

}
