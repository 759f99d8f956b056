package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when a decision does not verify, or the call is no longer the one that
 * was approved. A person or a system between the approver and the application may be
 * tampering: treat it as an alarm.
 */
@SuppressWarnings("serial")
public class ApprovalVerificationException extends AirlockGatewayException {

	/**
	 * Create an exception.
	 * @param message what does not verify
	 * @param requestId the request
	 * @param cause the cause, if any
	 */
	public ApprovalVerificationException(String message, @Nullable String requestId, @Nullable Throwable cause) {
		super(message, requestId, cause);
	}

}
