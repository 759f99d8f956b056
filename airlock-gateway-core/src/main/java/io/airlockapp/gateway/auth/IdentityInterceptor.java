/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;

import io.airlockapp.gateway.client.SentCredentials;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.support.HttpRequestWrapper;

/**
 * {@link ClientHttpRequestInterceptor} that adds the identity headers to requests to the
 * gateway, and fails other requests. The token of a request is normally obtained before,
 * so that a request without a token takes no turn.
 */
public final class IdentityInterceptor implements ClientHttpRequestInterceptor {

	private static final Duration MAX_WAIT = Duration.ofSeconds(5);

	private final URI baseUrl;

	private final GatewayCredentials credentials;

	private final AccessTokens tokens;

	/**
	 * Create an interceptor.
	 * @param baseUrl the gateway's base URL; credentials are only sent to its origin
	 * @param credentials the credentials
	 * @param tokens the access tokens
	 */
	public IdentityInterceptor(URI baseUrl, GatewayCredentials credentials, AccessTokens tokens) {
		this.baseUrl = baseUrl;
		this.credentials = credentials;
		this.tokens = tokens;
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		if (!isSameOrigin(request.getURI())) {
			throw new IOException("Credentials of the gateway are only sent to the origin of its base URL");
		}
		// Interceptors of the application see the headers of the original after the call
		HttpHeaders headers = HttpHeaders.copyOf(request.getHeaders());
		HttpRequest identified = new HttpRequestWrapper(request) {

			@Override
			public HttpHeaders getHeaders() {
				return headers;
			}

		};
		set(headers, "X-PAT", this.credentials.pat());
		set(headers, "X-Client-Id", this.credentials.clientId());
		set(headers, "X-Client-Secret", this.credentials.clientSecret());
		set(headers, HttpHeaders.ORIGIN, this.credentials.origin());
		String token = this.tokens.currentToken(MAX_WAIT);
		if (token != null) {
			headers.setBearerAuth(token);
		}
		SentCredentials.attach(headers, request);
		return execution.execute(identified, body);
	}

	private boolean isSameOrigin(URI uri) {
		return this.baseUrl.getScheme().equalsIgnoreCase(uri.getScheme())
				&& Objects.equals(this.baseUrl.getHost(), uri.getHost()) && port(this.baseUrl) == port(uri);
	}

	private static int port(URI uri) {
		if (uri.getPort() != -1) {
			return uri.getPort();
		}
		return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
	}

	private static void set(HttpHeaders headers, String name, @Nullable String value) {
		if (value != null) {
			headers.set(name, value);
		}
	}

}
