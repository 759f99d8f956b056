/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when approval cannot be requested because of how the application
 * requests it: an argument cannot be shown, or the guarded method is called where
 * blocking is not permitted. No retry succeeds. The application has to be corrected; the
 * message contains the cause and the remedy. The method was not started, unless the
 * exception is a {@link MethodStartedException}.
 */
public class InvalidApprovalUsageException extends ApprovalUnavailableException {

	/**
	 * Create an exception without a cause.
	 * @param message the problem and its remedy, without values of arguments
	 */
	public InvalidApprovalUsageException(String message) {
		this(message, null);
	}

	/**
	 * Create an exception.
	 * @param message the problem and its remedy, without values of arguments
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
