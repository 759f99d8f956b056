/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.time.Instant;

/**
 * Exception thrown when a do-not-disturb policy denies an invocation without a request to
 * a person. There is no signature: the denial may originate from the gateway itself.
 */
public class ApprovalDeniedByPolicyException extends ApprovalDeniedException {

	private final String policyId;

	private final Instant expiresAt;

	/**
	 * Create an exception.
	 * @param message the denied action and the policy
	 * @param policyId the policy's id, safe to be logged
	 * @param expiresAt the time at which the policy expires
	 */
	public ApprovalDeniedByPolicyException(String message, String policyId, Instant expiresAt) {
		super(message, null, null);
		this.policyId = policyId;
		this.expiresAt = expiresAt;
	}

	/**
	 * Return the id of the policy.
	 * @return the gateway's id, made safe to be logged
	 */
	public String getPolicyId() {
		return this.policyId;
	}

	/**
	 * Return the time at which the policy expires. The policy may be removed earlier.
	 * @return the expiry time
	 */
	public Instant getExpiresAt() {
		return this.expiresAt;
	}

}
