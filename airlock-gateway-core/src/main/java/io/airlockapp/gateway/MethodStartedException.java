/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when a guarded method was started, and its caller cannot receive its
 * result: an interceptor inside the guard started it again, which an approval does not
 * permit, or it returned what each subscription would start again. The method may have
 * had its effect, so that the call must not be repeated automatically.
 */
public class MethodStartedException extends InvalidApprovalUsageException {

	/**
	 * Create an exception without a cause.
	 * @param message the problem and its remedy, without values of arguments
	 */
	public MethodStartedException(String message) {
		this(message, null);
	}

	/**
	 * Create an exception.
	 * @param message the problem and its remedy, without values of arguments
	 * @param cause the cause, if any
	 */
	public MethodStartedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
