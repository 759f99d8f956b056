/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;

/**
 * Holds the credentials that a request was sent with, so that they are removed from an
 * error response that repeats them. It is an attribute of the request, and its text form
 * shows nothing: interceptors of the application see the attributes, and must not see the
 * headers with credentials.
 */
public final class SentCredentials {

	/**
	 * Attribute for a secret in the body or the path of a request.
	 */
	static final String IN_BODY = SentCredentials.class.getName() + ".body";

	private static final String IN_HEADERS = SentCredentials.class.getName() + ".headers";

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
			.put(IN_HEADERS,
					new SentCredentials(HEADERS.stream()
						.flatMap((name) -> headers.getOrEmpty(name).stream())
						.map((value) -> value.substring(value.indexOf(' ') + 1))
						.filter((value) -> !value.isEmpty())
						.toList()));
	}

	/**
	 * Return the value of the attribute for a secret in the body or the path of a
	 * request.
	 * @param secret the secret, if there is one
	 */
	static SentCredentials of(@Nullable String secret) {
		return new SentCredentials((secret != null && !secret.isBlank()) ? List.of(secret) : List.of());
	}

	/**
	 * Return the secrets that a request was sent with.
	 */
	static List<String> of(HttpRequest request) {
		return Stream.of(IN_HEADERS, IN_BODY)
			.map(request.getAttributes()::get)
			.filter(SentCredentials.class::isInstance)
			.flatMap((sent) -> ((SentCredentials) sent).values.stream())
			.toList();
	}

	@Override
	public String toString() {
		return "SentCredentials[secret]";
	}

}
