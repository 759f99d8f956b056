/*
 * SPDX-License-Identifier: Apache-2.0
 */
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
 * Holds the results of the latest regular requests to the gateway, so that health checks
 * need few requests of their own.
 */
public final class GatewayAvailability {

	private final InstantSource clock;

	private final Ticker ticker;

	private volatile @Nullable Contact last;

	private volatile @Nullable Instant lastSuccess;

	/**
	 * Create an instance without any contact.
	 * @param clock the clock for the time of day
	 * @param ticker the ticker for elapsed time
	 */
	public GatewayAvailability(InstantSource clock, Ticker ticker) {
		this.clock = clock;
		this.ticker = ticker;
	}

	/**
	 * Record a successful response of the gateway.
	 */
	public void succeeded() {
		this.lastSuccess = this.clock.instant();
		this.last = new Contact(this.ticker.nanoTime(), null);
	}

	/**
	 * Record a failure, if it indicates the state of the gateway. The following failures
	 * do not: refusals, since the request or the address may be wrong; requests that were
	 * not sent, such as without an access token; interrupts; and the end of a long wait,
	 * since proxies cut long connections.
	 * @param priority the priority of the failed request
	 * @param failure the failure
	 */
	public void failed(RequestPriority priority, AirlockGatewayException failure) {
		boolean refusal = failure.getStatus() >= 400 && failure.getStatus() < 500;
		if (!refusal && !failure.isUnsent() && priority != RequestPriority.WAIT && !isInterrupt(failure)) {
			this.last = new Contact(this.ticker.nanoTime(), failure);
		}
	}

	private static boolean isInterrupt(AirlockGatewayException failure) {
		return Thread.currentThread().isInterrupted() || (failure.getCause() instanceof InterruptedIOException
				&& !(failure.getCause() instanceof SocketTimeoutException));
	}

	/**
	 * Return whether the last contact was successful and is recent.
	 * @param maxAge the maximum age of the contact
	 * @return {@code true} if the last contact succeeded within that time
	 */
	public boolean hasSucceededWithin(Duration maxAge) {
		return hasSucceededSince(this.ticker.nanoTime() - maxAge.toNanos());
	}

	/**
	 * Return whether the last contact was successful and happened at or after the given
	 * time.
	 * @param nanoTime the elapsed time
	 * @return {@code true} if the last contact succeeded since then
	 */
	public boolean hasSucceededSince(long nanoTime) {
		Contact contact = this.last;
		return contact != null && contact.failure() == null && contact.time() - nanoTime >= 0;
	}

	/**
	 * Return the failure of the last contact.
	 * @return the failure, or {@code null} if the last contact succeeded or there was
	 * none
	 */
	public @Nullable AirlockGatewayException getLastFailure() {
		Contact contact = this.last;
		return (contact != null) ? contact.failure() : null;
	}

	/**
	 * Return the time of the last successful response.
	 * @return the time, or {@code null} if there was none
	 */
	public @Nullable Instant getLastSuccess() {
		return this.lastSuccess;
	}

	private record Contact(long time, @Nullable AirlockGatewayException failure) {
	}

}
