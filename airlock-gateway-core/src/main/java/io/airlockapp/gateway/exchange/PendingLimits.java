/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import org.jspecify.annotations.Nullable;

/**
 * Holds the limits on the number of approvals that are pending at the same time.
 *
 * @param total the limit for all approvals, of which one that can ask several pairings
 * counts once for each of them
 * @param perMethod the limit for the approvals of one guarded method
 * @param perRequester the limit for the approvals of one requester, or {@code null} for
 * no limit. All callers without a requester count as one
 * @param perPairing the limit for the approvals of one pairing, or {@code null} for no
 * limit
 */
public record PendingLimits(int total, int perMethod, @Nullable Integer perRequester, @Nullable Integer perPairing) {

	/**
	 * Return limits that reserve half of the places for other guarded methods and for
	 * other requesters.
	 * @param total the limit for all approvals
	 * @return the limits
	 */
	public static PendingLimits of(int total) {
		int half = Math.max(1, total - total / 2);
		return new PendingLimits(total, half, half, null);
	}

	/**
	 * Return the limit for the approvals of all callers without a requester. It is not
	 * lower than that of one guarded method, so that an application that does not know
	 * its requesters can use a method up to its limit.
	 * @return the limit, or {@code null} for no limit
	 */
	@Nullable Integer perUnknown() {
		return (this.perRequester != null) ? Integer.valueOf(Math.max(this.perRequester, this.perMethod)) : null;
	}

}
