package io.airlockapp.gateway;

import java.time.Instant;

/**
 * Strategy interface for recording approvals beyond the lifetime of the process that
 * requests them, so that no approval starts a method twice.
 */
public interface ApprovalJournal {

	/**
	 * Record that an approval is about to be asked for. Called before anything is sent;
	 * if it fails, nothing is.
	 * @param requestId the request's id
	 * @param expiresAt until when the approval is of use
	 */
	void open(String requestId, Instant expiresAt);

	/**
	 * Claim an approval for one start of its method. Called just before the method
	 * starts; if it fails, the method doesn't.
	 * @param requestId the request's id
	 * @return {@code true} for the first claim of a request that was recorded,
	 * {@code false} for every other
	 */
	boolean claim(String requestId);

	/**
	 * Return a journal that remembers nothing. An approval is then used once because the
	 * one call that asked for it is the only one that can use it.
	 * @return the journal
	 */
	static ApprovalJournal none() {
		return new ApprovalJournal() {

			@Override
			public void open(String requestId, Instant expiresAt) {
				// Nothing is remembered
			}

			@Override
			public boolean claim(String requestId) {
				return true;
			}

		};
	}

}
