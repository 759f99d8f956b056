/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when the user cannot be identified to the gateway: no user has signed
 * in, or the sign-in was refused. The message contains the remedy. Unlike a network
 * failure, it is not retried, since only a person can resolve it.
 */
public class IdentityUnavailableException extends ApprovalUnavailableException {

	/**
	 * Create an exception.
	 * @param message the required action and its actor, without any token or code
	 * @param cause the cause, if any
	 */
	public IdentityUnavailableException(String message, @Nullable Throwable cause) {
		super(message, null, cause);
	}

	@Override
	public boolean isTransient() {
		return false;
	}

	@Override
	public boolean isUnsent() {
		return true;
	}

}
