/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.HashSet;
import java.util.Set;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.approvers.Ballot;
import io.airlockapp.gateway.approvers.Tally;
import io.airlockapp.gateway.exchange.PairingRequests.PairingRequest;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Strikes approvals of a call that count, but whose key is no longer in force or is the
 * requester's. While that cannot be read, they do not count, and delay no other one.
 */
final class CountedKeys {

	private static final Log logger = LogFactory.getLog(CountedKeys.class);

	private final String callId;

	private final PairingRequests requests;

	private final GroupBallots ballots;

	private final BallotVerification verification;

	/**
	 * The pairings of an excluded requester.
	 */
	private final Set<String> excluded;

	/**
	 * The keys that an excluded requester has or had since the call was made.
	 */
	private final Set<String> requesterKeys;

	CountedKeys(String callId, PairingRequests requests, GroupBallots ballots, BallotVerification verification,
			Set<String> excluded) {
		this.callId = callId;
		this.requests = requests;
		this.ballots = ballots;
		this.verification = verification;
		this.excluded = excluded;
		this.requesterKeys = readRequesterKeysFirst();
	}

	private Set<String> readRequesterKeysFirst() {
		try {
			return readRequesterKeys();
		}
		catch (Throwable ex) {
			throw ApprovalPairings.unreadable("The pairings of the requester", ex);
		}
	}

	private Set<String> readRequesterKeys() {
		Set<String> keys = new HashSet<>();
		this.excluded.forEach((pairing) -> keys.addAll(this.requests.requesterKeys(pairing)));
		return keys;
	}

	/**
	 * Strike all approvals that counted so far.
	 * @return whether there are any to strike, or to suspend
	 */
	boolean strikeAll(Tally.Result result) {
		boolean any = false;
		for (Ballot counted : result.counted()) {
			any |= strike(counted.pairing());
		}
		return any;
	}

	/**
	 * Strike the approval of a pairing.
	 * @return whether there is one to strike, or to suspend
	 */
	boolean strike(String pairing) {
		ApprovalVote vote = this.ballots.findApproval(pairing);
		if (vote == null) {
			return false;
		}
		String key = vote.evidence().publicKey();
		PairingRequest request = this.ballots.request(pairing);
		boolean inForce;
		try {
			this.requesterKeys.addAll(readRequesterKeys());
			inForce = this.requests.keysInForce(request).stream().anyMatch((accepted) -> accepted.encode().equals(key));
		}
		catch (Throwable ex) {
			this.verification.suspend(request, ex);
			return true;
		}
		if (inForce && !this.requesterKeys.contains(key)) {
			return false;
		}
		String why = inForce ? "it was signed with a key of the requester" : "its key was revoked";
		logger.warn("An approval of %s no longer counts, because %s (pairing '%s', key %s)".formatted(this.callId, why,
				pairing, vote.signerKeyFingerprint()));
		this.ballots.lost(pairing, new ApprovalUnavailableException(
				"Request %s was approved, but %s".formatted(vote.requestId(), why), vote.requestId(), null));
		return true;
	}

}
