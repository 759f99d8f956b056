/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import io.airlockapp.gateway.AirlockGatewayException;
import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when a recorded call cannot be decrypted or parsed.
 */
public class UnreadableCallException extends AirlockGatewayException {

	/**
	 * Create an exception.
	 * @param message the call's id, the reason and the remedy, without any content
	 * @param cause the cause, which contains no content, or {@code null}
	 */
	public UnreadableCallException(String message, @Nullable Throwable cause) {
		super(message, null, cause);
	}

}
