/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when no decision was made before the deadline. A timeout is not a
 * denial, and requesting approval again may be appropriate.
 */
public class ApprovalTimeoutException extends AirlockGatewayException {

	/**
	 * Create an exception.
	 * @param message the pending action
	 * @param requestId the request's id
	 */
	public ApprovalTimeoutException(String message, @Nullable String requestId) {
		super(message, requestId, null);
	}

}
