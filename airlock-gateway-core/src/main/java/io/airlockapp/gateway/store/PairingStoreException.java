package io.airlockapp.gateway.store;

import io.airlockapp.gateway.AirlockGatewayException;
import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when pairings can't be read or written. Stored entries remain
 * unchanged.
 */
@SuppressWarnings("serial")
public class PairingStoreException extends AirlockGatewayException {

	/**
	 * Create an exception.
	 * @param message what went wrong and how to mend it, without anything that is kept
	 * @param cause the cause, if any
	 */
	public PairingStoreException(String message, @Nullable Throwable cause) {
		super(message, null, cause);
	}

}
