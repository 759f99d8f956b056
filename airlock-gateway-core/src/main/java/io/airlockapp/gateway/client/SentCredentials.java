/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.util.List;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;

/**
 * Holds the credentials that a request was sent with, so that they are removed from an
 * error response that repeats them. It is an attribute of the request, and its text form
 * shows nothing: interceptors of the application see the attributes, and must not see the
 * headers with credentials.
 */
public final class SentCredentials {

	private static final String ATTRIBUTE = SentCredentials.class.getName();

	private static final List<String> HEADERS = List.of("X-PAT", HttpHeaders.AUTHORIZATION, "X-Client-Secret");

	private final List<String> values;

	private SentCredentials(List<String> values) {
		this.values = values;
	}

	/**
	 * Attach the credentials in the given headers to a request.
	 * @param headers the headers that are sent
	 * @param request the request
	 */
	public static void attach(HttpHeaders headers, HttpRequest request) {
		request.getAttributes()
			.put(ATTRIBUTE,
					new SentCredentials(HEADERS.stream()
						.flatMap((name) -> headers.getOrEmpty(name).stream())
						.map((value) -> value.substring(value.indexOf(' ') + 1))
						.filter((value) -> !value.isEmpty())
						.toList()));
	}

	static List<String> of(HttpRequest request) {
		return (request.getAttributes().get(ATTRIBUTE) instanceof SentCredentials sent) ? sent.values : List.of();
	}

	@Override
	public String toString() {
		return "SentCredentials[secret]";
	}

}
