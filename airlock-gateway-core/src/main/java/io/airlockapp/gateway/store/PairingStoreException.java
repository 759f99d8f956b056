/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.store;

import io.airlockapp.gateway.AirlockGatewayException;
import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when pairings cannot be read or written. After a failed write, the
 * stored entry is unchanged or has the new text.
 */
public class PairingStoreException extends AirlockGatewayException {

	/**
	 * Create an exception without a cause.
	 * @param message the problem and its remedy, without any stored text
	 */
	public PairingStoreException(String message) {
		this(message, null);
	}

	/**
	 * Create an exception.
	 * @param message the problem and its remedy, without any stored text
	 * @param cause the cause, if any
	 */
	public PairingStoreException(String message, @Nullable Throwable cause) {
		super(message, null, cause);
	}

}
