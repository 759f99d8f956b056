package io.airlockapp.gateway.approval.argument;

/**
 * Exception thrown when a call contains more than a person can be shown. Its message
 * contains no value of an argument.
 */
@SuppressWarnings("serial")
public final class TooLongToShowException extends IllegalArgumentException {

	TooLongToShowException(String message) {
		super(message);
	}

}
