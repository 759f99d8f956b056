package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when nothing tells the gateway who the user is: nobody has signed in, or the
 * sign-in was refused. The message says what to do. Unlike a network failure, it isn't
 * tried again, since only a person can mend it.
 */
@SuppressWarnings("serial")
public class IdentityUnavailableException extends ApprovalUnavailableException {

	/**
	 * Create an exception.
	 * @param message who has to do what, without any token or code
	 * @param cause the cause, if any
	 */
	public IdentityUnavailableException(String message, @Nullable Throwable cause) {
		super(message, null, cause);
	}

	@Override
	public boolean isTransient() {
		return false;
	}

}
