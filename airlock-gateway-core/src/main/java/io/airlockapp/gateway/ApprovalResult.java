package io.airlockapp.gateway;

/**
 * Enumeration of the possible results of a request for an approval.
 */
public enum ApprovalResult {

	/**
	 * A person approved, verified and in time.
	 */
	APPROVED,

	/**
	 * A person rejected, verified.
	 */
	DENIED,

	/**
	 * No decision was made in time.
	 */
	TIMEOUT,

	/**
	 * Nobody could be asked, or the decision could not be fetched.
	 */
	UNAVAILABLE,

	/**
	 * Nobody was asked, since an equal call waits for approval already.
	 */
	PENDING,

	/**
	 * Nobody could be asked because of how the application asks, so that no retry
	 * succeeds.
	 */
	INVALID_USAGE,

	/**
	 * Something claimed to be a decision and does not verify.
	 */
	UNVERIFIED,

	/**
	 * A do-not-disturb policy decided, and nobody was asked.
	 */
	POLICY;

	/**
	 * Return the result that a failure stands for.
	 * @param failure why there is no approval
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
		return (failure instanceof InvalidApprovalUsageException) ? INVALID_USAGE : UNAVAILABLE;
	}

}
