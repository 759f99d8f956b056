/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

/**
 * Strategy interface for recording the request for which each nonce of a signer key was
 * used, so that a decision is accepted for one request only. It is not responsible for
 * using an approval only once. Implementations must be thread-safe.
 */
@FunctionalInterface
public interface ReplayJournal {

	/**
	 * Record the use of a nonce for a request. Called only for decisions whose signature
	 * has been verified. The use for the same request is granted repeatedly, since a
	 * decision may be delivered again, or the process may end before the decision is
	 * used. Of concurrent calls for different requests, only those for one request return
	 * {@code true}. If this method throws an exception, the decision is verified again
	 * until the deadline of its request.
	 * @param key the signer key
	 * @param nonce the decision's nonce
	 * @param requestId the id of the decided request
	 * @return {@code false} if the nonce was used for another request
	 */
	boolean use(SignerKey key, String nonce, String requestId);

}
