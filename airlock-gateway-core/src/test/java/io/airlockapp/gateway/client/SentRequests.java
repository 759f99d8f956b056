/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the requests that a gateway received.
 */
public final class SentRequests {

	private static final Set<String> TRANSPORT_HEADERS = Set.of("host", "user-agent", "content-length",
			"transfer-encoding");

	private SentRequests() {
	}

	/**
	 * Return the request that is the only one.
	 * @param gateway the gateway
	 * @return the request
	 */
	public static LoggedRequest only(WireMockExtension gateway) {
		List<LoggedRequest> requests = all(gateway);
		assertThat(requests).hasSize(1);
		return requests.get(0);
	}

	/**
	 * Return all requests.
	 * @param gateway the gateway
	 * @return the requests
	 */
	public static List<LoggedRequest> all(WireMockExtension gateway) {
		return gateway.findAll(anyRequestedFor(anyUrl()));
	}

	/**
	 * Return the names of the headers that are not the transport's.
	 * @param request a request
	 * @return the names, in lower case
	 */
	public static Set<String> headerNames(LoggedRequest request) {
		Set<String> names = new TreeSet<>();
		request.getAllHeaderKeys().forEach((name) -> names.add(name.toLowerCase(Locale.ROOT)));
		names.removeAll(TRANSPORT_HEADERS);
		return names;
	}

}
