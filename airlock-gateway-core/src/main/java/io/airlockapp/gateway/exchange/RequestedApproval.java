/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.List;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.PendingApproval;

/**
 * Strategy interface for an approval whose requests are prepared: by one pairing, or by a
 * group.
 */
interface RequestedApproval {

	/**
	 * Return the approval as it is registered. Its time of expiry is that of all of its
	 * requests.
	 */
	PendingApproval pending();

	/**
	 * Return the votes of an approval that was not decided, in the order of their
	 * arrival.
	 */
	List<ApprovalVote> votes();

	/**
	 * Return whether one of the requests has an id.
	 * @param requestId the request's id
	 */
	boolean contains(String requestId);

	/**
	 * Notify the requests of the revocation of a pairing. This is called by any thread.
	 * @param pairing the pairing's name
	 * @return whether it ends the wait
	 */
	boolean pairingRevoked(String pairing);

}
