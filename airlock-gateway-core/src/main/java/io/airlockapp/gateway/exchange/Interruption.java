/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import io.airlockapp.gateway.AirlockGatewayException;
import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for the reason why an exchange is interrupted.
 */
interface Interruption {

	/**
	 * Return the reason why the wait was ended by this application.
	 * @return the reason as a clause, or {@code null} if it was not
	 */
	@Nullable String whyStopped();

	/**
	 * Return the exception for a wait that an operator ended.
	 * @param message the message of the exception
	 * @return the exception, or {@code null} if no operator ended the wait
	 */
	default @Nullable AirlockGatewayException findEnding(String message) {
		return null;
	}

	/**
	 * Return whether nobody waits for the withdrawal, so that it yields to other
	 * requests.
	 */
	default boolean isYielding() {
		return false;
	}

}
