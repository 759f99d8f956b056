/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.exchange;

import java.time.Instant;

import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.CanonicalJson;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.StrictUtf8;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds one exchange with the approvers of one pairing about a recorded call. Its
 * plaintext is that of the call with the members that belong to the ballot, so that all
 * ballots of a call show the same. The text form contains no argument.
 *
 * @param id the id of the approval request
 * @param callId the id of the call
 * @param pairing the name of the pairing that is asked
 * @param step the number of the step in which it is asked
 * @param plaintext the canonical plaintext that the approver sees, or {@code null} if it
 * was deleted or changed
 * @param artifact the encrypted plaintext, or {@code null} if it was not encrypted, or
 * was deleted
 * @param decision the verified decision, or {@code null} if there is none
 * @param submittedAt the time at which the gateway accepted the request, if it did
 * @param decidedAt the time at which the decision was stored, if it was
 */
public record StoredBallot(String id, String callId, String pairing, int step, @Nullable String plaintext,
		@Nullable SealedArtifact artifact, @Nullable StoredDecision decision, @Nullable Instant submittedAt,
		@Nullable Instant decidedAt) {

	/**
	 * The member of the plaintext with the name of the pairing.
	 */
	public static final String PAIRING = "pairing";

	private static final String REQUEST_ID = "requestId";

	/**
	 * Create a ballot that nobody was asked about.
	 * @param id the id of the approval request
	 * @param callId the id of the call
	 * @param pairing the name of the pairing
	 * @param step the number of the step
	 * @param common the plaintext of the call, or {@code null} if there is none
	 * @return the ballot
	 */
	public static StoredBallot of(String id, String callId, String pairing, int step, @Nullable String common) {
		String plaintext = null;
		if (common != null) {
			ObjectNode members = (ObjectNode) HarpJson.mapper().readTree(common);
			plaintext = CanonicalJson.toText(members.put(REQUEST_ID, id).put(PAIRING, pairing));
		}
		return new StoredBallot(id, callId, pairing, step, plaintext, null, null, null, null);
	}

	/**
	 * Return the artifact hash.
	 * @return the hash, or an empty text if there is no plaintext
	 */
	public String hash() {
		return (this.plaintext != null) ? ArtifactHash.of(StrictUtf8.encode(this.plaintext)) : "";
	}

	@Override
	public String toString() {
		return "StoredBallot[id=%s, callId=%s, pairing=%s]".formatted(this.id, this.callId, this.pairing);
	}

}
