package io.airlockapp.gateway.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.util.function.SingletonSupplier;

/**
 * Makes requests that end: each call has a deadline that covers its body too, and a
 * long-poll's is the time it asks the gateway to hold, plus a grace.
 */
public final class GatewayRequestFactory implements ClientHttpRequestFactory {

	private static final Pattern LONG_POLL = Pattern.compile("timeout=(\\d{1,4})");

	private final SingletonSupplier<HttpClient> httpClient;

	private final Duration readTimeout;

	private final SimpleAsyncTaskExecutor bodyWriter = new SimpleAsyncTaskExecutor("airlock-http-");

	/**
	 * Create a factory.
	 * @param httpClient makes the client at the first call; it must not follow redirects
	 * @param readTimeout how long a call may take, and the grace of a long-poll
	 */
	public GatewayRequestFactory(Supplier<HttpClient> httpClient, Duration readTimeout) {
		this.httpClient = SingletonSupplier.of(() -> requireNoRedirects(httpClient.get()));
		this.readTimeout = readTimeout;
		this.bodyWriter.setDaemon(true);
	}

	private static HttpClient requireNoRedirects(HttpClient httpClient) {
		if (httpClient.followRedirects() != HttpClient.Redirect.NEVER) {
			throw new IllegalStateException("The HTTP client must not follow redirects: they would carry credentials");
		}
		return httpClient;
	}

	@Override
	public ClientHttpRequest createRequest(URI uri, HttpMethod httpMethod) throws IOException {
		JdkClientHttpRequestFactory delegate = new JdkClientHttpRequestFactory(this.httpClient.obtain(),
				this.bodyWriter);
		delegate.setReadTimeout(deadline(uri));
		// Compressed answers would let a small one become a large one
		delegate.enableCompression(false);
		return delegate.createRequest(uri, httpMethod);
	}

	private Duration deadline(URI uri) {
		if (uri.getPath().endsWith("/wait") && uri.getQuery() != null) {
			Matcher matcher = LONG_POLL.matcher(uri.getQuery());
			if (matcher.matches()) {
				return this.readTimeout.plusSeconds(Integer.parseInt(matcher.group(1)));
			}
		}
		return this.readTimeout;
	}

}
