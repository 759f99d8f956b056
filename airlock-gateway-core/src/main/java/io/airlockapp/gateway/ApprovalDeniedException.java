package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when a person denied the request with a verified signature, or a
 * do-not-disturb policy denied the call ({@link ApprovalDeniedByPolicyException}).
 */
@SuppressWarnings("serial")
public class ApprovalDeniedException extends AirlockGatewayException {

	private final @Nullable String reason;

	/**
	 * Create an exception.
	 * @param message what was denied
	 * @param requestId the request that was denied
	 * @param reason the reason the person gave, if any
	 */
	public ApprovalDeniedException(String message, @Nullable String requestId, @Nullable String reason) {
		super(message, requestId, null);
		this.reason = reason;
	}

	/**
	 * Return the reason the person gave. It may have been changed on the way from the
	 * phone: show it to people as plain text, and never decide by it.
	 * @return the reason, or {@code null} if none was given
	 */
	public @Nullable String getReason() {
		return this.reason;
	}

}
