/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

/**
 * Enumeration of the possible results of a request for an approval.
 */
public enum ApprovalResult {

	/**
	 * Approved by a person, verified and before the deadline.
	 */
	APPROVED,

	/**
	 * Rejected by a person, verified.
	 */
	DENIED,

	/**
	 * Not decided before the deadline.
	 */
	TIMEOUT,

	/**
	 * The request could not be submitted, or the decision could not be retrieved.
	 */
	UNAVAILABLE,

	/**
	 * Not submitted, since approval is already pending for an equal invocation.
	 */
	PENDING,

	/**
	 * Not submitted because of incorrect usage by the application, so that no retry
	 * succeeds.
	 */
	INVALID_USAGE,

	/**
	 * A message was received as a decision, but did not verify.
	 */
	UNVERIFIED,

	/**
	 * Decided by a do-not-disturb policy without a request to a person.
	 */
	POLICY,

	/**
	 * Not carried out, since an operator has halted all guarded methods.
	 */
	HALTED;

	/**
	 * Return the result for the given failure.
	 * @param failure the reason for the missing approval
	 * @return the result
	 */
	public static ApprovalResult of(Throwable failure) {
		if (failure instanceof ApprovalDeniedByPolicyException) {
			return POLICY;
		}
		if (failure instanceof ApprovalDeniedException) {
			return DENIED;
		}
		if (failure instanceof ApprovalTimeoutException) {
			return TIMEOUT;
		}
		if (failure instanceof ApprovalVerificationException) {
			return UNVERIFIED;
		}
		if (failure instanceof ApprovalPendingException) {
			return PENDING;
		}
		if (failure instanceof ApprovalHaltedException) {
			return HALTED;
		}
		return (failure instanceof InvalidApprovalUsageException) ? INVALID_USAGE : UNAVAILABLE;
	}

}
