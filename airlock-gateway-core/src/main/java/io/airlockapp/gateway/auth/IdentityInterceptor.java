/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.client.SentCredentials;
import io.airlockapp.gateway.client.http.GatewayRequestFactory;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.WaitScope;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.support.HttpRequestWrapper;

/**
 * {@link ClientHttpRequestInterceptor} that adds the identity headers to requests to the
 * gateway, and fails other requests. A request whose access token is refused is repeated
 * once with a refreshed token, subject to the rate limiter. The token of a request is
 * normally obtained before, so that a request without a token takes no turn.
 */
public final class IdentityInterceptor implements ClientHttpRequestInterceptor {

	private static final Duration MAX_WAIT = Duration.ofSeconds(5);

	private final URI baseUrl;

	private final GatewayCredentials credentials;

	private final AccessTokens tokens;

	private final GatewayRateLimiter rateLimiter;

	/**
	 * Create an interceptor.
	 * @param baseUrl the gateway's base URL; credentials are only sent to its origin
	 * @param credentials the credentials
	 * @param tokens the access tokens
	 * @param rateLimiter the rate limiter for repeated requests
	 */
	public IdentityInterceptor(URI baseUrl, GatewayCredentials credentials, AccessTokens tokens,
			GatewayRateLimiter rateLimiter) {
		this.baseUrl = baseUrl;
		this.credentials = credentials;
		this.tokens = tokens;
		this.rateLimiter = rateLimiter;
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		if (!isSameOrigin(request.getURI())) {
			throw new IOException("Credentials of the gateway are only sent to the origin of its base URL");
		}
		HttpRequest identified = new IdentifiedRequest(request);
		HttpHeaders headers = identified.getHeaders();
		set(headers, "X-PAT", this.credentials.pat());
		set(headers, "X-Client-Id", this.credentials.clientId());
		set(headers, "X-Client-Secret", this.credentials.clientSecret());
		set(headers, HttpHeaders.ORIGIN, this.credentials.origin());
		String token = this.tokens.currentToken(MAX_WAIT);
		if (token != null) {
			headers.setBearerAuth(token);
		}
		SentCredentials.attach(headers, request);
		ClientHttpResponse response = execution.execute(identified, body);
		String renewed = isUnauthorized(response) ? renew(token, request, response) : null;
		if (renewed == null) {
			return response;
		}
		awaitTurn();
		headers.setBearerAuth(renewed);
		SentCredentials.attach(headers, request);
		return execution.execute(identified, body);
	}

	/**
	 * Return another token, and close the response unless there is none.
	 */
	private @Nullable String renew(@Nullable String refused, HttpRequest request, ClientHttpResponse response) {
		boolean refusal = false;
		try {
			String renewed = this.tokens.renew(refused, timeLeft(request));
			refusal = renewed == null;
			return renewed;
		}
		finally {
			if (!refusal) {
				response.close();
			}
		}
	}

	private static Duration timeLeft(HttpRequest request) {
		return (request.getAttributes().get(GatewayRequestFactory.DEADLINE) instanceof Deadline deadline)
				? deadline.remaining() : MAX_WAIT;
	}

	private static boolean isUnauthorized(ClientHttpResponse response) throws IOException {
		return response.getStatusCode().value() == HttpStatus.UNAUTHORIZED.value();
	}

	private void awaitTurn() throws IOException {
		try {
			this.rateLimiter.acquire(RequestPriority.SHORT, MAX_WAIT);
		}
		catch (TimeoutException ex) {
			throw AirlockGatewayException.ofOwnLimit();
		}
		catch (InterruptedException ex) {
			WaitScope.interrupt();
			throw new InterruptedIOException("Interrupted while waiting to repeat a call");
		}
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

	/**
	 * Request with headers of its own, since interceptors of the application see those of
	 * the original after the call.
	 */
	private static final class IdentifiedRequest extends HttpRequestWrapper {

		private final HttpHeaders headers;

		private IdentifiedRequest(HttpRequest request) {
			super(request);
			this.headers = HttpHeaders.copyOf(request.getHeaders());
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

	}

}
