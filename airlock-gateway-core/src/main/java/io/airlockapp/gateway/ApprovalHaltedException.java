/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when an operator has halted all guarded methods. Nobody denied the
 * call, and it must not be repeated automatically. The message does not contain the
 * operator's reason, since messages can reach callers and models.
 */
public class ApprovalHaltedException extends ApprovalUnavailableException {

	private final String reason;

	/**
	 * Create an exception.
	 * @param message the call or request that is not carried out
	 * @param requestId the id of the approval request, if any
	 * @param reason the reason that the operator gave, safe to be logged
	 */
	public ApprovalHaltedException(String message, @Nullable String requestId, String reason) {
		super(message, requestId, null);
		this.reason = reason;
	}

	/**
	 * Return the reason that the operator gave, which is for other operators only.
	 * @return the reason, safe to be logged
	 */
	public String getReason() {
		return this.reason;
	}

}
