package io.airlockapp.gateway.harp;

/**
 * Strategy interface for recording the request for which each nonce of a signer key was
 * used, so that a decision counts for one request only. It is not responsible for an
 * approval starting its method only once.
 */
@FunctionalInterface
public interface ReplayJournal {

	/**
	 * Record the use of a nonce for a request. Called only for decisions whose signature
	 * has been verified. A decision may be delivered again, or the process may end before
	 * anything comes of it, so the use for the same request is granted as often as it is
	 * asked for. Of several concurrent calls for different requests, those for one
	 * request return {@code true}.
	 * @param key the key that signed
	 * @param nonce the decision's nonce
	 * @param requestId the id of the request that was decided on
	 * @return {@code true} unless the nonce was used for another request
	 */
	boolean use(SignerKey key, String nonce, String requestId);

}
