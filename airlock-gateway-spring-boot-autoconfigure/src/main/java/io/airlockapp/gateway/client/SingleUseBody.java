package io.airlockapp.gateway.client;

import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Flow;

/**
 * A request's body, empty or not, that is sent once. The JDK's client sends a GET again
 * by itself when the connection ends without an answer: such a call would be counted by
 * the gateway but not by the {@link RateGate}, and a long-poll that a proxy cuts would
 * take twice as long to fail. The client asks for the length before each try.
 */
final class SingleUseBody implements HttpRequest.BodyPublisher {

	/**
	 * Whoever asks again so soon means the same try, or one that nobody can have held.
	 */
	private static final Duration SAME_TRY = Duration.ofMillis(100);

	private final HttpRequest.BodyPublisher delegate;

	private final Ticker ticker;

	private boolean asked;

	private long firstAsked;

	SingleUseBody(byte[] body, Ticker ticker) {
		this.delegate = HttpRequest.BodyPublishers.ofByteArray(body);
		this.ticker = ticker;
	}

	/**
	 * Return the length.
	 * @throws SentAgainException if the body is to be sent again
	 */
	@Override
	public synchronized long contentLength() {
		long now = this.ticker.nanoTime();
		if (!this.asked) {
			this.asked = true;
			this.firstAsked = now;
		}
		else if (now - this.firstAsked > SAME_TRY.toNanos()) {
			throw new SentAgainException();
		}
		return this.delegate.contentLength();
	}

	@Override
	public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
		this.delegate.subscribe(subscriber);
	}

	/**
	 * Keeps a request from being sent again.
	 */
	static final class SentAgainException extends RuntimeException {

	}

}
