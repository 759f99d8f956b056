package io.airlockapp.gateway.client.http;

import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Body publisher, empty or not, of a request that is sent once. The JDK's client repeats
 * a GET by itself when the connection ends without a response. A long poll that a proxy
 * cuts would then take twice as long to fail, and the time of the cut would be lost. The
 * client reads the length once before each attempt.
 */
final class SingleUseBody implements HttpRequest.BodyPublisher {

	private final HttpRequest.BodyPublisher delegate;

	private final AtomicBoolean used = new AtomicBoolean();

	SingleUseBody(HttpRequest.BodyPublisher delegate) {
		this.delegate = delegate;
	}

	/**
	 * Return the length.
	 * @throws SentAgainException if the body is to be sent again
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
	 * Exception thrown to keep a request from being sent again.
	 */
	static final class SentAgainException extends RuntimeException {

	}

}
