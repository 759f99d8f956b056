package io.airlockapp.gateway;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Holds the results of the latest regular requests to the gateway, so that the check of
 * its health needs few requests of its own.
 */
public final class GatewayContact {

	private final InstantSource clock;

	private final Ticker ticker;

	private volatile @Nullable Contact last;

	private volatile @Nullable Instant lastSuccess;

	/**
	 * Create it, without any contact.
	 * @param clock the time of day
	 * @param ticker elapsed time
	 */
	public GatewayContact(InstantSource clock, Ticker ticker) {
		this.clock = clock;
		this.ticker = ticker;
	}

	/**
	 * Record that the gateway responded with what it was asked for.
	 */
	public void succeeded() {
		this.lastSuccess = this.clock.instant();
		this.last = new Contact(this.ticker.nanoTime(), null);
	}

	/**
	 * Record a failure, if it shows anything of the gateway. A refusal doesn't, since it
	 * may be about the request or come from a wrong address; nor does what an interrupt
	 * ends, or the end of a long wait, which proxies cut.
	 * @param priority the priority of the request that failed
	 * @param failure the failure
	 */
	public void failed(RequestPriority priority, AirlockGatewayException failure) {
		boolean refusal = failure.getStatus() >= 400 && failure.getStatus() < 500;
		if (!refusal && priority != RequestPriority.WAIT && !isInterrupt(failure)) {
			this.last = new Contact(this.ticker.nanoTime(), failure);
		}
	}

	private static boolean isInterrupt(AirlockGatewayException failure) {
		return Thread.currentThread().isInterrupted() || (failure.getCause() instanceof InterruptedIOException
				&& !(failure.getCause() instanceof SocketTimeoutException));
	}

	/**
	 * Return whether the last contact was a success and is recent.
	 * @param maxAge how old it may be
	 * @return whether it is known that the gateway responds
	 */
	public boolean hasSucceededWithin(Duration maxAge) {
		return hasSucceededSince(this.ticker.nanoTime() - maxAge.toNanos());
	}

	/**
	 * Return whether the last contact was a success and came after a point in time.
	 * @param nanoTime the elapsed time
	 * @return whether it is known that the gateway responded since then
	 */
	public boolean hasSucceededSince(long nanoTime) {
		Contact contact = this.last;
		return contact != null && contact.failure() == null && contact.time() - nanoTime >= 0;
	}

	/**
	 * Return why the last contact failed.
	 * @return the failure, or {@code null} if the last contact succeeded or there was
	 * none
	 */
	public @Nullable AirlockGatewayException getLastFailure() {
		Contact contact = this.last;
		return (contact != null) ? contact.failure() : null;
	}

	/**
	 * Return when the gateway last responded.
	 * @return the time, or {@code null} if it never did
	 */
	public @Nullable Instant getLastSuccess() {
		return this.lastSuccess;
	}

	private record Contact(long time, @Nullable AirlockGatewayException failure) {
	}

}
