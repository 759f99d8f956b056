package io.airlockapp.gateway.client.http;

import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Body publisher that prevents repetitions of a request. The JDK's client repeats a GET
 * by itself if the connection is closed without a response. A long poll cut by a proxy
 * would then take twice as long to fail, and the time of the cut would be lost. The
 * repetition is detected since the client reads the length once before each attempt.
 */
final class SingleUseBody implements HttpRequest.BodyPublisher {

	private final HttpRequest.BodyPublisher delegate;

	private final AtomicBoolean used = new AtomicBoolean();

	SingleUseBody(HttpRequest.BodyPublisher delegate) {
		this.delegate = delegate;
	}

	/**
	 * Return the length.
	 * @throws SentAgainException if the request is about to be repeated
	 */
	@Override
	public long contentLength() {
		if (!this.used.compareAndSet(false, true)) {
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
