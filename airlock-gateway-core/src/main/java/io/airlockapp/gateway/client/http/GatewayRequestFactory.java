/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.http;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;

import io.airlockapp.gateway.support.Deadline;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * {@link ClientHttpRequestFactory} whose requests have a deadline that includes the
 * response body.
 * <p>
 * The JDK's client is created for the first request and is used by this factory alone.
 */
public final class GatewayRequestFactory implements ClientHttpRequestFactory, AutoCloseable {

	/**
	 * Name of the attribute with the {@link Deadline} of a request.
	 */
	public static final String DEADLINE = "airlock.deadline";

	/**
	 * Name of the attribute with the {@link Duration} for which the gateway may hold a
	 * request. It is added to the read timeout.
	 */
	public static final String HOLD = "airlock.hold";

	/**
	 * Name of the attribute of a request that is completed if its thread is interrupted:
	 * its response is awaited for a short time, so that its effect is known.
	 */
	public static final String COMPLETED = "airlock.completed";

	static final String CLOSED = "The client of the gateway is closed, because the application is shutting down";

	private static final int THREADS = 4;

	/**
	 * The number of connections that await the garbage collector on Java 17.
	 */
	private static final int MAX_UNUSABLE = 32;

	private static final @Nullable Method SHUTDOWN = ClassUtils.getMethodIfAvailable(HttpClient.class, "shutdown");

	private final List<WeakReference<HttpClient>> discarded = new ArrayList<>();

	private final ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();

	private final Function<Executor, HttpClient> clientFactory;

	private final Duration connectTimeout;

	private final Duration readTimeout;

	private @Nullable HttpClient httpClient;

	private boolean started;

	private boolean closed;

	/**
	 * Create a factory.
	 * @param clientFactory the factory of clients that run their tasks with the given
	 * executor, have no connect timeout and do not follow redirects
	 * @param connectTimeout the maximum time to wait for a connection
	 * @param readTimeout the maximum duration of a request, in addition to the time for
	 * which the gateway may hold it
	 */
	public GatewayRequestFactory(Function<Executor, HttpClient> clientFactory, Duration connectTimeout,
			Duration readTimeout) {
		this.clientFactory = clientFactory;
		this.connectTimeout = connectTimeout;
		this.readTimeout = readTimeout;
		this.executor.setThreadNamePrefix("airlock-http-");
		this.executor.setDaemon(true);
		this.executor.setCorePoolSize(THREADS);
	}

	@Override
	public ClientHttpRequest createRequest(URI uri, HttpMethod httpMethod) throws IOException {
		HttpClient client = client();
		return new GatewayRequest(client, uri, httpMethod, this.connectTimeout, this.readTimeout,
				() -> discard(client));
	}

	private synchronized HttpClient client() throws IOException {
		if (this.closed) {
			throw new IOException(CLOSED);
		}
		if (!this.started) {
			this.executor.initialize();
			this.started = true;
		}
		if (this.httpClient == null) {
			HttpClient client = this.clientFactory.apply(this.executor);
			Assert.state(client.followRedirects() == HttpClient.Redirect.NEVER,
					"The HTTP client must not follow redirects: they would carry credentials away");
			this.httpClient = client;
		}
		return this.httpClient;
	}

	/**
	 * Use a new client for the next request, since the configuration of the current one
	 * is outdated. Requests in progress are completed with the current client.
	 */
	public synchronized void renew() {
		this.httpClient = null;
	}

	/**
	 * Use a new client for the next request, since the given one received a response that
	 * is not HTTP, or none in time. The JDK's client never closes the connection of such
	 * a response, and continues to use connections that a firewall has dropped silently.
	 * It closes them when the client itself ends: after its requests in progress, if it
	 * is shut down on Java 21 or later, or otherwise if it is collected as garbage.
	 */
	private synchronized void discard(HttpClient client) {
		if (this.httpClient == client) {
			this.httpClient = null;
		}
		if (SHUTDOWN != null) {
			ReflectionUtils.invokeMethod(SHUTDOWN, client);
			return;
		}
		this.discarded.removeIf((reference) -> reference.refersTo(null));
		this.discarded.add(new WeakReference<>(client));
		if (this.discarded.size() >= MAX_UNUSABLE) {
			// The garbage is small, but it holds file descriptors
			this.discarded.clear();
			System.gc();
		}
	}

	/**
	 * Close the client. Its requests in progress are aborted on Java 21 or later, but not
	 * those of a client that was replaced.
	 */
	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.httpClient != null) {
			if (ClassUtils.hasMethod(HttpClient.class, "shutdownNow")) {
				ReflectionUtils.invokeMethod(ClassUtils.getMethod(HttpClient.class, "shutdownNow"), this.httpClient);
			}
			this.httpClient = null;
		}
		if (this.started) {
			this.executor.shutdown();
		}
	}

}
