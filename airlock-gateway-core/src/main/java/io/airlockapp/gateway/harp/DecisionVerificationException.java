/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

/**
 * Exception thrown when a decision does not verify. Its artifact remains undecided, and
 * nothing may be executed because of it.
 */
public class DecisionVerificationException extends Exception {

	private final Failure failure;

	/**
	 * Create an exception.
	 * @param failure the failed check
	 * @param message the description of the problem, without secrets
	 */
	public DecisionVerificationException(Failure failure, String message) {
		super(message);
		this.failure = failure;
	}

	/**
	 * Return the failed check.
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
		 * A member is missing, has the wrong type, or has a value that HARP does not
		 * specify.
		 */
		MALFORMED,

		/**
		 * The decision was made on another request.
		 */
		OTHER_REQUEST,

		/**
		 * The decision was made on another artifact.
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
		 * The scope is neither {@code once} nor {@code timebox}.
		 */
		WRONG_SCOPE,

		/**
		 * The nonce was already used with this key, for another request.
		 */
		REPLAYED

	}

}
