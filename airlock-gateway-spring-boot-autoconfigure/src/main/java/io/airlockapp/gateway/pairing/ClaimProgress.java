package io.airlockapp.gateway.pairing;

/**
 * How far the claim of a code is.
 */
enum ClaimProgress {

	/**
	 * Nothing is to be done: it was claimed, failed or was given up.
	 */
	SETTLED,

	/**
	 * The gateway knows it; the approver's answer is waited for.
	 */
	CLAIMED,

	/**
	 * Another is on it.
	 */
	TAKEN,

	/**
	 * The gateway can't be asked now, or not before somebody has signed in.
	 */
	UNREACHABLE

}
