/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import io.airlockapp.gateway.AirlockGatewayException;
import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when a pairing cannot be created or changed, for a reason that a retry
 * does not resolve.
 */
public class PairingException extends AirlockGatewayException {

	/**
	 * Create an exception without a cause.
	 * @param message the problem and its remedy
	 */
	public PairingException(String message) {
		this(message, null);
	}

	/**
	 * Create an exception.
	 * @param message the problem and its remedy
	 * @param cause the cause, if any
	 */
	public PairingException(String message, @Nullable Throwable cause) {
		super(message, null, cause);
	}

}
