/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Enumeration of the possible results of a request for an approval.
 */
public enum ApprovalResult {

	/**
	 * Approved by a person, verified and before the deadline.
	 */
	APPROVED(null),

	/**
	 * Rejected by a person, verified.
	 */
	DENIED(ApprovalDeniedException.class),

	/**
	 * Not decided before the deadline.
	 */
	TIMEOUT(ApprovalTimeoutException.class),

	/**
	 * The request could not be submitted, or the decision could not be retrieved.
	 */
	UNAVAILABLE(ApprovalUnavailableException.class),

	/**
	 * Not submitted, since approval is already pending for an equal invocation.
	 */
	PENDING(ApprovalPendingException.class),

	/**
	 * Not submitted because of incorrect usage by the application, so that no retry
	 * succeeds.
	 */
	INVALID_USAGE(InvalidApprovalUsageException.class),

	/**
	 * A message was received as a decision, but did not verify.
	 */
	UNVERIFIED(ApprovalVerificationException.class),

	/**
	 * Decided by a do-not-disturb policy without a request to a person.
	 */
	POLICY(ApprovalDeniedByPolicyException.class),

	/**
	 * Not carried out, since an operator has halted all guarded methods.
	 */
	HALTED(ApprovalHaltedException.class);

	private final @Nullable Class<? extends AirlockGatewayException> failure;

	ApprovalResult(@Nullable Class<? extends AirlockGatewayException> failure) {
		this.failure = failure;
	}

	/**
	 * Return the result for the given failure.
	 * @param failure the reason for the missing approval
	 * @return the result
	 */
	public static ApprovalResult of(Throwable failure) {
		ApprovalResult result = UNAVAILABLE;
		for (ApprovalResult candidate : values()) {
			if (candidate.failure != null && candidate.failure.isInstance(failure)) {
				// A subclass comes after its superclass
				result = candidate;
			}
		}
		return result;
	}

}
