package io.airlockapp.gateway.policy;

import java.time.Instant;

import io.airlockapp.gateway.harp.Verdict;

/**
 * Decision of a policy about a call. It is not signed: it may be the gateway's own.
 *
 * @param verdict the verdict of the policy
 * @param policyId the policy's id, as the gateway gave it
 * @param forAction whether the policy is for certain actions, not for the whole workspace
 * @param expiresAt the time at which the policy expires
 */
public record DndDecision(Verdict verdict, String policyId, boolean forAction, Instant expiresAt) {

	/**
	 * Return whether the call is to be denied.
	 * @return {@code true} only for {@link Verdict#REJECT}
	 */
	public boolean isDenied() {
		return this.verdict == Verdict.REJECT;
	}

}
