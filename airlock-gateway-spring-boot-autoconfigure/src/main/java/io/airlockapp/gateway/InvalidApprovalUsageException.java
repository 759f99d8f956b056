package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when nobody can be asked because of how the application asks: an argument can't
 * be shown, or the guarded method is called where nothing may wait. No retry succeeds. It
 * has to be mended in the application; the message says what, and how.
 */
@SuppressWarnings("serial")
public class InvalidApprovalUsageException extends ApprovalUnavailableException {

	/**
	 * Create an exception.
	 * @param message what is wrong and how to mend it, without any argument's value
	 * @param cause the cause, if any
	 */
	public InvalidApprovalUsageException(String message, @Nullable Throwable cause) {
		super(message, null, cause);
	}

	@Override
	public boolean isTransient() {
		return false;
	}

}
