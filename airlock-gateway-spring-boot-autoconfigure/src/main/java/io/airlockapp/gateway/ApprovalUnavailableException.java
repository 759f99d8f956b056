package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when nobody could be asked: the gateway doesn't answer or refuses, the pairing
 * is missing or revoked, or the application is shutting down. The message says which, and
 * how to mend it. Where the application itself is at fault, so that no retry succeeds, it
 * is an {@link InvalidApprovalUsageException}.
 */
@SuppressWarnings("serial")
public class ApprovalUnavailableException extends AirlockGatewayException {

	/**
	 * Create an exception.
	 * @param message what is missing and how to mend it
	 * @param requestId the request, if there was one already
	 * @param cause the cause, if any
	 */
	public ApprovalUnavailableException(String message, @Nullable String requestId, @Nullable Throwable cause) {
		super(message, requestId, cause);
	}

}
