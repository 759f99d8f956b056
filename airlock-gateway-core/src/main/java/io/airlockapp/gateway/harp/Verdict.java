package io.airlockapp.gateway.harp;

/**
 * Verdict of a person.
 */
public enum Verdict {

	/**
	 * The person approved: exactly {@code approve} on the wire.
	 */
	APPROVE,

	/**
	 * The person rejected: exactly {@code reject} on the wire.
	 */
	REJECT

}
