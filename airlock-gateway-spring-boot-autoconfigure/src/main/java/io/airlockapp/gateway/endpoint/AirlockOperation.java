package io.airlockapp.gateway.endpoint;

/**
 * Enumeration of the operations of {@link AirlockEndpoint}. In a path, an operation is
 * written like {@code revoke-key}.
 */
public enum AirlockOperation {

	/**
	 * Start a pairing by a code that a person enters into the phone.
	 */
	PAIR,

	/**
	 * Pair by a code that was made in advance.
	 */
	CLAIM,

	/**
	 * Make a code in advance.
	 */
	PRE_GENERATE,

	/**
	 * End a pairing.
	 */
	REVOKE,

	/**
	 * Let the decisions of one key count no more.
	 */
	REVOKE_KEY,

	/**
	 * Withdraw a request that is being waited for.
	 */
	WITHDRAW,

	/**
	 * Ask whether the user has consented to this application.
	 */
	CHECK_CONSENT,

	/**
	 * Start a device login where nobody is signed in.
	 */
	SIGN_IN,

	/**
	 * End a device login and revoke its tokens.
	 */
	SIGN_OUT

}
