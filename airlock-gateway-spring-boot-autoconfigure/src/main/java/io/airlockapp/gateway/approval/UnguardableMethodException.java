package io.airlockapp.gateway.approval;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a method asks for approval in a way that can't be kept: at start, since an
 * application that started anyway would run the method without, or when an object that is
 * no bean is to be called as a tool.
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
