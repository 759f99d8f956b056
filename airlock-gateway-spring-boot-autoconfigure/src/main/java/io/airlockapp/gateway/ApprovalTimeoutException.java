package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when nobody decided in time. Silence is no answer: this is not a denial, and
 * asking again may be right.
 */
@SuppressWarnings("serial")
public class ApprovalTimeoutException extends AirlockGatewayException {

	/**
	 * Create an exception.
	 * @param message what was waited for
	 * @param requestId the request
	 */
	public ApprovalTimeoutException(String message, @Nullable String requestId) {
		super(message, requestId, null);
	}

}
