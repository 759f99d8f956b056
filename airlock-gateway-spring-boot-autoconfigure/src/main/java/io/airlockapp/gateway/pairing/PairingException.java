package io.airlockapp.gateway.pairing;

import io.airlockapp.gateway.AirlockGatewayException;
import org.jspecify.annotations.Nullable;

/**
 * A pairing can't be made, for a reason that the same try again won't mend.
 */
@SuppressWarnings("serial")
public class PairingException extends AirlockGatewayException {

	/**
	 * Create an exception.
	 * @param message what went wrong and how to mend it
	 * @param cause the cause, if any
	 */
	public PairingException(String message, @Nullable Throwable cause) {
		super(message, null, cause);
	}

}
