package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when no decision was made in time. A timeout is not a denial, and
 * requesting approval again may be right.
 */
@SuppressWarnings("serial")
public class ApprovalTimeoutException extends AirlockGatewayException {

	/**
	 * Create an exception.
	 * @param message what was pending
	 * @param requestId the request
	 */
	public ApprovalTimeoutException(String message, @Nullable String requestId) {
		super(message, requestId, null);
	}

}
