/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import org.jspecify.annotations.Nullable;

/**
 * Holds on whose behalf a request is sent. Requests of different origins take turns.
 *
 * @param gate the name of the guarded method
 * @param requester the requester, or {@code null} if not known
 */
public record RequestOrigin(String gate, @Nullable String requester) {

	/**
	 * Origin of the requests that the application sends by itself: those for policies,
	 * pairing and consent. Their rate is limited by the budget only.
	 */
	public static final RequestOrigin APPLICATION = new RequestOrigin("(application)", null);

	private static final String NO_GATE = "requestApproval";

	/**
	 * Return the origin of an approval.
	 * @param gate the name of the guarded method, or {@code null} if there is none. Such
	 * approvals, and single steps of exchanges, take turns like those of one method
	 * @param requester the requester, or {@code null} if not known
	 * @return the origin
	 */
	public static RequestOrigin of(@Nullable String gate, @Nullable String requester) {
		return new RequestOrigin((gate != null) ? gate : NO_GATE, requester);
	}

	/**
	 * Return whether the request is sent for a guarded method.
	 * @return {@code true} if there is a gate
	 */
	public boolean isGuarded() {
		return !this.gate.equals(NO_GATE) && !equals(APPLICATION);
	}

	@Override
	public String toString() {
		// The requester is personal data
		return "RequestOrigin[gate=%s]".formatted(this.gate);
	}

}
