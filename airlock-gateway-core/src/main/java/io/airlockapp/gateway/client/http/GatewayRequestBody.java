/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.http;

import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Body publisher that records whether its request has a connection, and prevents
 * repetitions of a long poll. The JDK's client repeats a GET by itself if the connection
 * is closed without a response. A long poll cut by a proxy would then take twice as long
 * to fail, and the time of the cut would be lost. Both are detected since the client
 * reads the length once in each attempt, as soon as there is a connection.
 */
final class GatewayRequestBody implements HttpRequest.BodyPublisher {

	private final HttpRequest.BodyPublisher delegate;

	private final boolean repeatable;

	private final AtomicBoolean used = new AtomicBoolean();

	GatewayRequestBody(HttpRequest.BodyPublisher delegate, boolean repeatable) {
		this.delegate = delegate;
		this.repeatable = repeatable;
	}

	/**
	 * Return whether the request has, or had, a connection.
	 */
	boolean isConnected() {
		return this.used.get();
	}

	/**
	 * Return the length.
	 * @throws SentAgainException if a long poll is about to be repeated
	 */
	@Override
	public long contentLength() {
		if (this.used.getAndSet(true) && !this.repeatable) {
			throw new SentAgainException();
		}
		return this.delegate.contentLength();
	}

	@Override
	public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
		this.delegate.subscribe(subscriber);
	}

	/**
	 * Exception thrown to prevent the repetition of a request.
	 */
	static final class SentAgainException extends RuntimeException {

	}

}
