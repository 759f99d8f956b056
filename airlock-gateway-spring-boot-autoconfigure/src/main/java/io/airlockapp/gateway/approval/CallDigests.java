package io.airlockapp.gateway.approval;

import io.airlockapp.gateway.ApprovalUnavailableException;

/**
 * Computes digests under a key of this process, which are the same for equal calls.
 */
final class CallDigests {

	private final Masking masking = new Masking();

	private final RefusalReporter reporter;

	CallDigests(RefusalReporter reporter) {
		this.reporter = reporter;
	}

	/**
	 * Return the digest of a call's method and arguments.
	 * @param call the call
	 * @return the digest
	 * @throws ApprovalUnavailableException if an argument can't be shown
	 */
	String of(GuardedCall call) {
		try {
			return call.digest(this.masking);
		}
		catch (ApprovalUnavailableException ex) {
			throw this.reporter.refused(call, ex);
		}
	}

}
