package io.airlockapp.gateway.client.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.WaitScope;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.AbstractClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;

/**
 * HTTP request whose response is read completely before its deadline, or not at all.
 * Spring's requests with the JDK's client return the body as a stream, in which Java 17
 * swallows interrupts.
 */
final class GatewayRequest extends AbstractClientHttpRequest {

	private static final Set<String> SET_BY_CLIENT = Set.of("connection", "content-length", "expect", "host",
			"upgrade");

	private final ByteArrayOutputStream body = new ByteArrayOutputStream();

	private final HttpClient httpClient;

	private final URI uri;

	private final HttpMethod method;

	private final Duration connectTimeout;

	private final Duration readTimeout;

	private final Runnable onUnusableClient;

	private final AtomicReference<HttpResponse.@Nullable ResponseInfo> head = new AtomicReference<>();

	/**
	 * Create a request.
	 * @param onUnusableClient the callback after a response that is not HTTP, whose
	 * connection the client does not close
	 */
	GatewayRequest(HttpClient httpClient, URI uri, HttpMethod method, Duration connectTimeout, Duration readTimeout,
			Runnable onUnusableClient) {
		this.httpClient = httpClient;
		this.uri = uri;
		this.method = method;
		this.connectTimeout = connectTimeout;
		this.readTimeout = readTimeout;
		this.onUnusableClient = onUnusableClient;
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
		Duration left = timeLeft();
		GatewayRequestBody content = new GatewayRequestBody(BodyPublishers.ofByteArray(this.body.toByteArray()),
				hold().isZero());
		HttpRequest request = request(headers, content);
		// This copy contains credentials, and is not needed while the response is awaited
		headers.clear();
		if (WaitScope.isInterrupted()) {
			throw new InterruptedIOException("Interrupted before the request was sent");
		}
		CompletableFuture<HttpResponse<byte[]>> future = send(request);
		try {
			return WaitScope.await(() -> future.cancel(true), () -> receive(future, content, left));
		}
		catch (InterruptedException ex) {
			WaitScope.interrupt();
			throw new InterruptedIOException("Interrupted while waiting for a response");
		}
		finally {
			// Closes the connection unless the response is complete
			future.cancel(true);
		}
	}

	private ClientHttpResponse receive(CompletableFuture<HttpResponse<byte[]>> future, GatewayRequestBody content,
			Duration left) throws IOException, InterruptedException {
		try {
			HttpResponse<byte[]> response = await(future, content, left);
			return new GatewayResponse(response.statusCode(), response.headers(), response.body());
		}
		catch (ExecutionException ex) {
			return errorWithoutBody(this.head.get(), failure(ex.getCause()));
		}
		catch (TimeoutException ex) {
			return errorWithoutBody(this.head.get(), new HttpTimeoutException("No complete response within " + left));
		}
	}

	/**
	 * Wait for the response. The timeout for the connection is checked here: with a
	 * connect timeout of its own, the JDK's client retains the first exchange of each
	 * connection, including the request, as long as the connection.
	 */
	private HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> future, GatewayRequestBody content,
			Duration left) throws IOException, ExecutionException, TimeoutException, InterruptedException {
		if (left.compareTo(this.connectTimeout) > 0) {
			try {
				return future.get(this.connectTimeout.toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (TimeoutException ex) {
				if (!content.isConnected()) {
					throw new HttpConnectTimeoutException("No connection within " + this.connectTimeout);
				}
			}
			return future.get(left.minus(this.connectTimeout).toNanos(), TimeUnit.NANOSECONDS);
		}
		return future.get(left.toNanos(), TimeUnit.NANOSECONDS);
	}

	private Duration timeLeft() {
		Duration timeout = this.readTimeout.plus(hold());
		Duration left = (getAttributes().get(GatewayRequestFactory.DEADLINE) instanceof Deadline deadline)
				? deadline.remaining() : timeout;
		return (left.compareTo(timeout) < 0) ? left : timeout;
	}

	private Duration hold() {
		return (getAttributes().get(GatewayRequestFactory.HOLD) instanceof Duration hold) ? hold : Duration.ZERO;
	}

	private CompletableFuture<HttpResponse<byte[]>> send(HttpRequest request) throws IOException {
		// A connection that is not closed refers to this handler, so it must not refer to
		// the client, which then could not be collected as garbage
		AtomicReference<HttpResponse.@Nullable ResponseInfo> received = this.head;
		try {
			return this.httpClient.sendAsync(request, (info) -> {
				received.set(info);
				return new LimitedBodySubscriber();
			});
		}
		catch (RejectedExecutionException ex) {
			throw new IOException(GatewayRequestFactory.CLOSED);
		}
	}

	private IOException failure(@Nullable Throwable cause) {
		if (cause instanceof GatewayRequestBody.SentAgainException) {
			return new EOFException("The connection was closed without a response");
		}
		if (cause instanceof ProtocolException || cause instanceof RuntimeException) {
			this.onUnusableClient.run();
			// The cause is omitted, since its message contains parts of the response
			return new ProtocolException("The response is not valid HTTP");
		}
		return (cause instanceof IOException failure) ? failure : new IOException(cause);
	}

	/**
	 * The status of an error response is sufficient even if its body can't be read.
	 */
	private static ClientHttpResponse errorWithoutBody(HttpResponse.@Nullable ResponseInfo head, IOException failure)
			throws IOException {
		if (head == null || head.statusCode() / 100 == 2) {
			throw failure;
		}
		return new GatewayResponse(head.statusCode(), head.headers(), new byte[0]);
	}

	private HttpRequest request(HttpHeaders headers, BodyPublisher content) throws ProtocolException {
		HttpRequest.Builder builder = HttpRequest.newBuilder(this.uri);
		if ("http".equalsIgnoreCase(this.uri.getScheme())) {
			// An upgrade to HTTP/2 would request the body twice
			builder.version(HttpClient.Version.HTTP_1_1);
		}
		try {
			headers.forEach((name, values) -> {
				if (!SET_BY_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
					values.forEach((value) -> builder.header(name, value));
				}
			});
		}
		catch (IllegalArgumentException ex) {
			// The cause is omitted, since its message contains the value
			throw new ProtocolException("A header has characters that can't be sent");
		}
		return builder.method(this.method.name(), content).build();
	}

}
