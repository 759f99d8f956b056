package io.airlockapp.gateway.auth;

import java.io.IOException;
import java.net.URI;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Adds the identity headers to calls of the gateway, and to no others.
 */
public final class IdentityInterceptor implements ClientHttpRequestInterceptor {

	private final URI baseUrl;

	private final GatewayCredentials credentials;

	/**
	 * Create an interceptor.
	 * @param baseUrl the gateway, whose origin alone gets the credentials
	 * @param credentials the credentials
	 */
	public IdentityInterceptor(URI baseUrl, GatewayCredentials credentials) {
		this.baseUrl = baseUrl;
		this.credentials = credentials;
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		if (!isSameOrigin(request.getURI())) {
			throw new IOException("Credentials of the gateway are only sent to the origin of its base URL");
		}
		HttpHeaders headers = request.getHeaders();
		if (this.credentials.pat() != null) {
			headers.set("X-PAT", this.credentials.pat());
		}
		else if (this.credentials.bearerToken() != null) {
			headers.setBearerAuth(this.credentials.bearerToken());
		}
		set(headers, "X-Client-Id", this.credentials.clientId());
		set(headers, "X-Client-Secret", this.credentials.clientSecret());
		set(headers, HttpHeaders.ORIGIN, this.credentials.origin());
		return execution.execute(request, body);
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
