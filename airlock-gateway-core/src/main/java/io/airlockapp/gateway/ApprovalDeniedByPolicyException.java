package io.airlockapp.gateway;

import java.time.Instant;

/**
 * Exception thrown when a do-not-disturb policy denies a call, so that no person is
 * asked. There is no request and no signature: the denial may be the gateway's own.
 */
@SuppressWarnings("serial")
public class ApprovalDeniedByPolicyException extends ApprovalDeniedException {

	private final String policyId;

	private final Instant expiresAt;

	/**
	 * Create an exception.
	 * @param message what was denied, and by which policy
	 * @param policyId the policy's id, safe to be logged
	 * @param expiresAt when the policy expires
	 */
	public ApprovalDeniedByPolicyException(String message, String policyId, Instant expiresAt) {
		super(message, null, null);
		this.policyId = policyId;
		this.expiresAt = expiresAt;
	}

	/**
	 * Return the id of the policy.
	 * @return the id, as the gateway gave it but safe to be logged
	 */
	public String getPolicyId() {
		return this.policyId;
	}

	/**
	 * Return when the policy expires. It may be removed before.
	 * @return the time
	 */
	public Instant getExpiresAt() {
		return this.expiresAt;
	}

}
