/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

import io.airlockapp.gateway.support.Causes;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Durations;
import io.airlockapp.gateway.support.WaitScope;
import org.jspecify.annotations.Nullable;

import org.springframework.format.annotation.DurationFormat.Style;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.AbstractClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.util.Assert;

/**
 * HTTP request whose response is read completely before its deadline, or not at all.
 * Spring's requests with the JDK's client return the body as a stream, in which Java 17
 * swallows interrupts.
 */
final class GatewayRequest extends AbstractClientHttpRequest {

	private static final Set<String> SET_BY_CLIENT = Set.of("connection", "content-length", "expect", "host",
			"upgrade");

	/**
	 * The maximum time to complete a request whose thread was interrupted.
	 */
	private static final Duration COMPLETION = Duration.ofSeconds(5);

	/**
	 * The time without a response after which the connection is regarded as lost. The
	 * deadline of a caller can leave less, which says nothing about the connection.
	 */
	private static final Duration SILENCE = Duration.ofMillis(500);

	private final ByteArrayOutputStream body = new ByteArrayOutputStream();

	private final HttpClient httpClient;

	private final URI uri;

	private final HttpMethod method;

	private final Duration connectTimeout;

	private final Duration readTimeout;

	private final Runnable onUnusableClient;

	private final AtomicReference<HttpResponse.@Nullable ResponseInfo> head = new AtomicReference<>();

	/**
	 * The body of the response. The future of the JDK's client is completed later, in the
	 * common pool, whose threads the application can occupy.
	 */
	private final CompletableFuture<byte[]> received = new CompletableFuture<>();

	/**
	 * Create a request.
	 * @param onUnusableClient the callback after a response that is not HTTP, whose
	 * connection the client does not close, and after a request without a response, since
	 * other connections of the client may be lost too
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
			return receive(content, left);
		}
		catch (InterruptedException ex) {
			WaitScope.interrupt();
			throw new InterruptedIOException("Interrupted while waiting for a response");
		}
		finally {
			if (!this.received.isDone() || this.received.isCompletedExceptionally()) {
				// Otherwise, the connection would stay open
				future.cancel(true);
			}
		}
	}

	private ClientHttpResponse receive(GatewayRequestBody content, Duration left)
			throws IOException, InterruptedException {
		boolean complete = await(content, left);
		HttpResponse.ResponseInfo info = this.head.get();
		if (!complete) {
			if (info == null && content.isConnected() && isSilent(left)) {
				this.onUnusableClient.run();
			}
			return errorWithoutBody(info, new HttpTimeoutException("No complete response within " + left));
		}
		try {
			byte[] bytes = this.received.join();
			Assert.state(info != null, "A body must follow the head of its response");
			return new GatewayResponse(info.statusCode(), info.headers(), bytes);
		}
		catch (CompletionException ex) {
			return errorWithoutBody(info, failure(ex.getCause()));
		}
	}

	/**
	 * Wait for the response. The timeout for the connection is checked here: with a
	 * connect timeout of its own, the JDK's client retains the first exchange of each
	 * connection, including the request, as long as the connection.
	 */
	private boolean await(GatewayRequestBody content, Duration left) throws IOException, InterruptedException {
		if (left.compareTo(this.connectTimeout) <= 0) {
			return await(content, left, left);
		}
		if (await(content, this.connectTimeout, left)) {
			return true;
		}
		if (!content.isConnected()) {
			throw new HttpConnectTimeoutException("%s within %s".formatted(noConnection(),
					DurationFormatterUtils.print(this.connectTimeout, Style.COMPOSITE)));
		}
		Duration rest = left.minus(this.connectTimeout);
		return await(content, rest, rest);
	}

	private boolean await(GatewayRequestBody content, Duration timeout, Duration left) throws InterruptedException {
		try {
			return WaitScope.await(this.received, timeout);
		}
		catch (InterruptedException ex) {
			if (getAttributes().containsKey(GatewayRequestFactory.COMPLETED) && content.isConnected()
					&& WaitScope.await(this.received, Durations.min(left, COMPLETION))) {
				WaitScope.interrupt();
				return true;
			}
			throw ex;
		}
	}

	private boolean isSilent(Duration waited) {
		return waited.minus(hold()).compareTo(Durations.min(this.readTimeout, SILENCE)) >= 0;
	}

	private Duration timeLeft() {
		Duration timeout = this.readTimeout.plus(hold());
		Duration left = (getAttributes().get(GatewayRequestFactory.DEADLINE) instanceof Deadline deadline)
				? deadline.remaining() : timeout;
		return Durations.min(left, timeout);
	}

	private Duration hold() {
		return (getAttributes().get(GatewayRequestFactory.HOLD) instanceof Duration hold) ? hold : Duration.ZERO;
	}

	private CompletableFuture<HttpResponse<byte[]>> send(HttpRequest request) throws IOException {
		// A connection that is not closed refers to this handler, so it must not refer to
		// the client, which then could not be collected as garbage
		AtomicReference<HttpResponse.@Nullable ResponseInfo> responseHead = this.head;
		CompletableFuture<byte[]> responseBody = this.received;
		try {
			CompletableFuture<HttpResponse<byte[]>> future = this.httpClient.sendAsync(request, (info) -> {
				responseHead.set(info);
				return new LimitedBodySubscriber(responseBody);
			});
			future.whenComplete((response, failure) -> {
				if (failure != null) {
					responseBody.completeExceptionally(failure);
				}
			});
			return future;
		}
		catch (RejectedExecutionException ex) {
			throw new IOException(GatewayRequestFactory.CLOSED);
		}
	}

	private IOException failure(@Nullable Throwable cause) {
		if (cause instanceof GatewayRequestBody.SentAgainException) {
			return new EOFException("The connection was closed without a response");
		}
		if (cause instanceof ConnectException) {
			// That of the JDK's client has no message
			boolean unresolved = Causes.of(cause).stream().anyMatch(UnresolvedAddressException.class::isInstance);
			return (IOException) new ConnectException(
					noConnection() + (unresolved ? ", since this name cannot be resolved" : ""))
				.initCause(cause);
		}
		if (cause instanceof ProtocolException || cause instanceof RuntimeException) {
			this.onUnusableClient.run();
			// The cause is omitted, since its message contains parts of the response
			return new ProtocolException("The response is not valid HTTP");
		}
		return (cause instanceof IOException failure) ? failure : new IOException(cause);
	}

	private String noConnection() {
		return "no connection to " + this.uri.getHost() + ((this.uri.getPort() != -1) ? ":" + this.uri.getPort() : "");
	}

	/**
	 * The status of an error response is sufficient even if its body cannot be read.
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
			throw new ProtocolException("A header has characters that cannot be sent");
		}
		return builder.method(this.method.name(), content).build();
	}

}
