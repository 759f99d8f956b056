/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import org.jspecify.annotations.Nullable;

/**
 * Holds on whose behalf a request is sent. Requests of different origins take turns.
 *
 * @param gate the name of the guarded method, or {@code null} if there is none
 * @param requester the requester, or {@code null} if not known
 */
public record RequestOrigin(@Nullable String gate, @Nullable String requester) {

	static final RequestOrigin NONE = new RequestOrigin(null, null);

	@Override
	public String toString() {
		// The requester is personal data
		return "RequestOrigin[gate=%s]".formatted(this.gate);
	}

}
