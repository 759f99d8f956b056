package io.airlockapp.gateway.approval.argument;

/**
 * Thrown when a call has more than a person can be shown. Its message holds no value of
 * an argument.
 */
@SuppressWarnings("serial")
public final class TooLongToShowException extends IllegalArgumentException {

	TooLongToShowException(String message) {
		super(message);
	}

}
