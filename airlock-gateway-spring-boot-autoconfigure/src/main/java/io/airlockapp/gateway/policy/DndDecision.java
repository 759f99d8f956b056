/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.policy;

import java.time.Instant;

import io.airlockapp.gateway.harp.Verdict;

/**
 * Decision of a policy about an invocation. It is not signed, so the gateway can forge
 * it.
 *
 * @param verdict the verdict of the policy
 * @param policyId the policy's id, as provided by the gateway
 * @param forAction whether the policy is for certain actions, not for the whole workspace
 * @param expiresAt the time at which the policy expires
 */
public record DndDecision(Verdict verdict, String policyId, boolean forAction, Instant expiresAt) {

	/**
	 * Return whether the invocation is denied.
	 * @return {@code true} only for {@link Verdict#REJECT}
	 */
	public boolean isDenied() {
		return this.verdict == Verdict.REJECT;
	}

}
