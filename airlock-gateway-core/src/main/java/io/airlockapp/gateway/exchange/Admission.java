/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.concurrent.atomic.AtomicBoolean;

import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import org.jspecify.annotations.Nullable;

/**
 * Holds the place of one approval among the {@link PendingApprovals}. It is taken before
 * any other processing of the approval, and released by {@link #close()}.
 */
public final class Admission implements AutoCloseable {

	private static final Admission NONE = new Admission(null, null);

	private final @Nullable PendingApprovals pending;

	private final @Nullable Asking asking;

	private final AtomicBoolean used = new AtomicBoolean();

	private final AtomicBoolean closed = new AtomicBoolean();

	Admission(@Nullable PendingApprovals pending, @Nullable Asking asking) {
		this.pending = pending;
		this.asking = asking;
	}

	/**
	 * Return the admission of approvals that need no place.
	 * @return an admission without a place
	 */
	public static Admission none() {
		return NONE;
	}

	/**
	 * Use this admission for one approval.
	 * @param registry the registry in which a place is required
	 * @return {@code false} if it is an admission to another registry, or no longer
	 * usable
	 */
	boolean use(PendingApprovals registry) {
		return this.pending == registry && !this.closed.get() && this.used.compareAndSet(false, true);
	}

	/**
	 * Return on whose behalf the requests of the approval are sent.
	 * @return the origin, or {@code null} if this holds no place
	 */
	@Nullable RequestOrigin origin() {
		return (this.asking != null) ? new RequestOrigin(this.asking.method(), this.asking.requester()) : null;
	}

	/**
	 * Release the place. Closing again has no effect.
	 */
	@Override
	public void close() {
		if (this.pending != null && this.asking != null && this.closed.compareAndSet(false, true)) {
			this.pending.release(this.asking);
		}
	}

	/**
	 * Holds the keys by which places are counted.
	 *
	 * @param method the name of the guarded method, or {@code null} if there is none
	 * @param requester the requester, or {@code null} if not known
	 * @param pairing the name of the pairing whose approvers receive the request
	 */
	record Asking(@Nullable String method, @Nullable String requester, String pairing) {
	}

}
