/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

/**
 * Exception thrown when an operator withdraws a request before it is decided. The
 * withdrawal is on purpose, so the same request must not be repeated automatically.
 */
public class ApprovalWithdrawnException extends ApprovalUnavailableException {

	/**
	 * Create an exception.
	 * @param message the request and the reason
	 * @param requestId the id of the approval request
	 */
	public ApprovalWithdrawnException(String message, String requestId) {
		super(message, requestId, null);
	}

}
