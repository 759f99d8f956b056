/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.time.Instant;

/**
 * Strategy interface for recording approvals beyond the lifetime of the requesting
 * process, so that no approval permits two invocations. Implementations must be
 * thread-safe.
 */
public interface ApprovalJournal {

	/**
	 * Record a request before it is submitted. If this method throws an exception,
	 * nothing is submitted.
	 * @param requestId the request's id
	 * @param expiresAt the time until which the approval can be used
	 */
	void open(String requestId, Instant expiresAt);

	/**
	 * Claim an approval for a single invocation of the guarded method. Called after the
	 * approval and before the invocation. If this method throws an exception, it is
	 * called again each second for up to 30 seconds. If it then still fails, or throws an
	 * {@link Error}, the guarded method is not invoked.
	 * @param requestId the request's id
	 * @return {@code true} for the first claim of a recorded request, {@code false}
	 * otherwise
	 */
	boolean claim(String requestId);

	/**
	 * Return a journal that records nothing. An approval can still be used only once,
	 * since it is available only to the invocation that requested it.
	 * @return the journal
	 */
	static ApprovalJournal none() {
		return new ApprovalJournal() {

			@Override
			public void open(String requestId, Instant expiresAt) {
				// Nothing is recorded
			}

			@Override
			public boolean claim(String requestId) {
				return true;
			}

		};
	}

}
