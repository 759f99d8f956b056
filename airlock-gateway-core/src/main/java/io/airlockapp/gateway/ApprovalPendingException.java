/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

/**
 * Exception thrown when approval is already pending for an equal invocation, so that no
 * second request is submitted. The invocation may be repeated after the pending request
 * is decided.
 */
public class ApprovalPendingException extends ApprovalUnavailableException {

	/**
	 * Create an exception.
	 * @param message the pending invocation and the remedy
	 */
	public ApprovalPendingException(String message) {
		super(message, null, null);
	}

}
