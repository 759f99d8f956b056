/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when the access token of the user cannot be obtained at the moment.
 * The gateway has not accepted the request. Unlike an
 * {@link IdentityUnavailableException}, a later attempt may succeed, so pending approvals
 * are retried.
 */
public class AccessTokenException extends AirlockGatewayException {

	/**
	 * Create an exception.
	 * @param message the problem, without any token
	 * @param cause the cause, if any
	 */
	public AccessTokenException(String message, @Nullable Throwable cause) {
		super(message, null, cause);
	}

	/**
	 * Return whether the same request can succeed later.
	 * @return always {@code true}, since no failure of a token is a failure of the
	 * gateway
	 */
	@Override
	public boolean isTransient() {
		return true;
	}

	/**
	 * Return whether the gateway cannot have accepted the request.
	 * @return always {@code true}, since a request without its token is not sent
	 */
	@Override
	public boolean isUnsent() {
		return true;
	}

}
