/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.method;

import java.util.List;

import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.harp.DecisionEvidence;

/**
 * Holds a recorded call with the votes on it, as they were stored. Nothing of it is
 * trusted before it was verified. The text form contains no argument.
 *
 * @param id the id of the call
 * @param target the target
 * @param approvers the approvers who were asked
 * @param arguments the arguments from which the call is rebuilt
 * @param votes the approvals
 */
public record ApprovedCall(String id, String target, ApproverGroup approvers, String arguments, List<Vote> votes) {

	/**
	 * The member of the plaintext with the target.
	 */
	public static final String TARGET = "target";

	/**
	 * The member of the plaintext with the hash of the arguments from which the call is
	 * rebuilt. They contain a random key, so that they do not follow from it.
	 */
	public static final String ARGUMENTS_HASH = "argumentsHash";

	/**
	 * The member of the plaintext with the time until which the call may start.
	 */
	public static final String START_BY = "startBy";

	public ApprovedCall {
		votes = List.copyOf(votes);
	}

	@Override
	public String toString() {
		return "ApprovedCall[id=%s]".formatted(this.id);
	}

	/**
	 * Holds an approval as it was stored. The text form contains no argument.
	 *
	 * @param plaintext the canonical plaintext that the approver saw, with the members
	 * {@value ApprovedCall#TARGET}, {@value StoredBallot#PAIRING},
	 * {@value ApprovedCall#ARGUMENTS_HASH} and {@value ApprovedCall#START_BY}
	 * @param pairing the name of the pairing that was asked
	 * @param evidence the evidence of the decision
	 * @param artifact the plaintext as it was encrypted for that pairing
	 */
	public record Vote(String plaintext, String pairing, DecisionEvidence evidence, SealedArtifact artifact) {

		@Override
		public String toString() {
			return "Vote[requestId=%s]".formatted(this.evidence.requestId());
		}

	}

}
