/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.approver;

import java.util.Set;

import com.sun.net.httpserver.Headers;
import io.airlockapp.gateway.simulator.http.GatewayRefusal;
import org.jspecify.annotations.Nullable;

/**
 * Protects the approver's page from other sites that are open in the same browser. The
 * {@code Host} must be this machine's, since another name that was rebound to it could
 * read the requests. Requests that change state must contain a header and an origin that
 * no other site can send.
 */
public final class SameOriginFilter {

	/**
	 * Header that a page of another site can send only after a CORS preflight, which
	 * never succeeds.
	 */
	static final String HEADER = "X-Airlock-Approver";

	private final Set<String> hosts;

	public SameOriginFilter(int port) {
		this.hosts = Set.of("127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port);
	}

	/**
	 * Check a request that reads state.
	 */
	void checkRead(Headers headers) {
		String host = headers.getFirst("Host");
		if (host == null || !this.hosts.contains(host)) {
			throw refusal("The page is for this machine only");
		}
	}

	/**
	 * Check a request that changes state.
	 */
	void checkWrite(Headers headers) {
		checkRead(headers);
		String host = headers.getFirst("Host");
		if (!"1".equals(headers.getFirst(HEADER)) || !isOrAbsent(headers.getFirst("Origin"), "http://" + host)
				|| !isOrAbsent(headers.getFirst("Sec-Fetch-Site"), "same-origin")) {
			throw refusal("Only the approver's page may do this");
		}
	}

	private static boolean isOrAbsent(@Nullable String value, String expected) {
		return value == null || value.equals(expected);
	}

	private static GatewayRefusal refusal(String message) {
		return GatewayRefusal.of(403, "forbidden", message);
	}

}
