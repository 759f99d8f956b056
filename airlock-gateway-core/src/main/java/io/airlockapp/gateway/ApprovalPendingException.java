package io.airlockapp.gateway;

/**
 * Exception thrown when an equal call already waits for approval, so that no second
 * request is sent. The call may be repeated once the other one is decided.
 */
@SuppressWarnings("serial")
public class ApprovalPendingException extends ApprovalUnavailableException {

	/**
	 * Create an exception.
	 * @param message which call waits and what to do
	 */
	public ApprovalPendingException(String message) {
		super(message, null, null);
	}

}
