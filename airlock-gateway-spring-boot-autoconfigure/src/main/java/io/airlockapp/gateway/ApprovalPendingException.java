package io.airlockapp.gateway;

/**
 * Thrown when an equal call waits for approval already, so that nobody is asked again.
 * Once that one is decided, the call may be repeated.
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
