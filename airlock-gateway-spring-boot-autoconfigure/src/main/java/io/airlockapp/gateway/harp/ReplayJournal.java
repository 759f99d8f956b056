package io.airlockapp.gateway.harp;

/**
 * Remembers which nonces were used with which signer key, so that a decision counts once.
 */
@FunctionalInterface
public interface ReplayJournal {

	/**
	 * Record the use of a nonce. Asked only for decisions whose signature has been
	 * verified. Of several concurrent calls with the same arguments, one returns
	 * {@code true}.
	 * @param key the key that signed
	 * @param nonce the decision's nonce
	 * @return {@code true} the first time, {@code false} ever after
	 */
	boolean firstUse(SignerKey key, String nonce);

}
