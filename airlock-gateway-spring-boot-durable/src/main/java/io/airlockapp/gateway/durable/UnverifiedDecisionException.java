package io.airlockapp.gateway.durable;

/**
 * Exception thrown when a received decision does not verify, to roll back the
 * transaction.
 */
@SuppressWarnings("serial")
final class UnverifiedDecisionException extends RuntimeException {

	UnverifiedDecisionException(Exception cause) {
		super(cause.getMessage(), cause);
	}

}
