/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when a decision does not verify, or when the invocation no longer
 * equals the approved one. This may indicate tampering between the approver and the
 * application: treat it as an alarm.
 */
public class ApprovalVerificationException extends AirlockGatewayException {

	/**
	 * Create an exception.
	 * @param message the failed verification
	 * @param requestId the request's id, if any
	 * @param cause the cause, if any
	 */
	public ApprovalVerificationException(String message, @Nullable String requestId, @Nullable Throwable cause) {
		super(message, requestId, cause);
	}

}
