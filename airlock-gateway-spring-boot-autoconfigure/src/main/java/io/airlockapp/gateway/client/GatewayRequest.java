package io.airlockapp.gateway.client;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.AbstractClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;

/**
 * One request, whose answer is read whole before its deadline or not at all. Spring's
 * requests over the JDK's client hand out the body as a stream, in which Java 17 swallows
 * interrupts.
 */
final class GatewayRequest extends AbstractClientHttpRequest {

	private static final Set<String> SET_BY_CLIENT = Set.of("connection", "content-length", "expect", "host",
			"upgrade");

	private final ByteArrayOutputStream body = new ByteArrayOutputStream();

	private final HttpClient httpClient;

	private final URI uri;

	private final HttpMethod method;

	private final Duration deadline;

	GatewayRequest(HttpClient httpClient, URI uri, HttpMethod method, Duration deadline) {
		this.httpClient = httpClient;
		this.uri = uri;
		this.method = method;
		this.deadline = deadline;
	}

	@Override
	public HttpMethod getMethod() {
		return this.method;
	}

	@Override
	public URI getURI() {
		return this.uri;
	}

	@Override
	protected OutputStream getBodyInternal(HttpHeaders headers) {
		return this.body;
	}

	@Override
	protected ClientHttpResponse executeInternal(HttpHeaders headers) throws IOException {
		CompletableFuture<HttpResponse<byte[]>> future = this.httpClient.sendAsync(request(headers),
				(info) -> new LimitedBodySubscriber());
		try {
			return new Response(future.get(this.deadline.toNanos(), TimeUnit.NANOSECONDS));
		}
		catch (ExecutionException ex) {
			throw asIOException(ex.getCause());
		}
		catch (TimeoutException ex) {
			throw new HttpTimeoutException("No whole answer within " + this.deadline);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new InterruptedIOException("Interrupted while waiting for an answer");
		}
		finally {
			// Closes the connection unless the answer is complete
			future.cancel(true);
		}
	}

	private static IOException asIOException(@Nullable Throwable failure) {
		Throwable cause = (failure instanceof UncheckedIOException) ? failure.getCause() : failure;
		return (cause instanceof IOException ioException) ? ioException : new IOException(cause);
	}

	private HttpRequest request(HttpHeaders headers) {
		HttpRequest.Builder builder = HttpRequest.newBuilder(this.uri);
		headers.forEach((name, values) -> {
			if (!SET_BY_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
				values.forEach((value) -> builder.header(name, value));
			}
		});
		return builder.method(this.method.name(), new SingleUseBody(this.body.toByteArray(), Ticker.system())).build();
	}

	private static final class Response implements ClientHttpResponse {

		private final HttpStatusCode status;

		private final HttpHeaders headers = new HttpHeaders();

		private final byte[] body;

		private Response(HttpResponse<byte[]> response) {
			this.status = HttpStatusCode.valueOf(response.statusCode());
			response.headers().map().forEach(this.headers::addAll);
			this.body = response.body();
		}

		@Override
		public HttpStatusCode getStatusCode() {
			return this.status;
		}

		@Override
		public String getStatusText() {
			return "";
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

		@Override
		public InputStream getBody() {
			return new ByteArrayInputStream(this.body);
		}

		@Override
		public void close() {
			// Nothing is open: the body has been read
		}

	}

}
