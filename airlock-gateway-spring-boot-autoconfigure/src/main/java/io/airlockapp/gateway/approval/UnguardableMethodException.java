package io.airlockapp.gateway.approval;

import org.jspecify.annotations.Nullable;

/**
 * Thrown at start when a method asks for approval in a way that can't be kept. An
 * application that started anyway would run the method without.
 */
@SuppressWarnings("serial")
public class UnguardableMethodException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param message which method, and why
	 * @param cause the cause, if any
	 */
	public UnguardableMethodException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
