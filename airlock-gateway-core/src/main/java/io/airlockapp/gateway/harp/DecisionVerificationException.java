package io.airlockapp.gateway.harp;

/**
 * Exception thrown when a decision does not verify. The artifact it was given for stays
 * undecided, and nothing may run because of it.
 */
@SuppressWarnings("serial")
public class DecisionVerificationException extends Exception {

	private final Failure failure;

	/**
	 * Create an exception.
	 * @param failure which check failed
	 * @param message what was wrong, without any secret
	 */
	public DecisionVerificationException(Failure failure, String message) {
		super(message);
		this.failure = failure;
	}

	/**
	 * Return which check failed.
	 * @return the failed check
	 */
	public Failure getFailure() {
		return this.failure;
	}

	/**
	 * Verification check that a decision can fail.
	 */
	public enum Failure {

		/**
		 * A member is missing, has the wrong type, or has a value that HARP doesn't know.
		 */
		MALFORMED,

		/**
		 * The decision was given for another request.
		 */
		OTHER_REQUEST,

		/**
		 * The decision was given for another artifact.
		 */
		OTHER_ARTIFACT,

		/**
		 * No paired signer key has this id.
		 */
		UNKNOWN_KEY,

		/**
		 * The signature does not verify in any accepted form.
		 */
		BAD_SIGNATURE,

		/**
		 * The decision has expired.
		 */
		EXPIRED,

		/**
		 * The scope is wider than one use.
		 */
		WRONG_SCOPE,

		/**
		 * The nonce was already used with this key, for another request.
		 */
		REPLAYED

	}

}
