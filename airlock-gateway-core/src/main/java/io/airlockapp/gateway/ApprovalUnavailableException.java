package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when approval can't be requested: the gateway doesn't respond or
 * refuses the request, the pairing is missing or revoked, or the application is shutting
 * down. The message contains the cause and the remedy. If the application itself is at
 * fault, so that no retry succeeds, the exception is an
 * {@link InvalidApprovalUsageException}.
 */
@SuppressWarnings("serial")
public class ApprovalUnavailableException extends AirlockGatewayException {

	/**
	 * Create an exception.
	 * @param message the problem and its remedy
	 * @param requestId the id of the approval request, if any
	 * @param cause the cause, if any
	 */
	public ApprovalUnavailableException(String message, @Nullable String requestId, @Nullable Throwable cause) {
		super(message, requestId, cause);
	}

}
