/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import org.jspecify.annotations.Nullable;

/**
 * Holds the places of one approval among the {@link PendingApprovals}, one for each
 * pairing that is asked. They are taken before any other processing of the approval, and
 * released by {@link #close()}.
 */
public final class Admission implements AutoCloseable {

	private static final Admission NONE = new Admission(null, List.of());

	private final @Nullable PendingApprovals pending;

	private final List<Asking> places;

	private final AtomicBoolean used = new AtomicBoolean();

	private final AtomicBoolean closed = new AtomicBoolean();

	Admission(@Nullable PendingApprovals pending, Collection<Asking> places) {
		this.pending = pending;
		this.places = new ArrayList<>(places);
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
		return this.places.isEmpty() ? null
				: new RequestOrigin(this.places.get(0).method(), this.places.get(0).requester());
	}

	/**
	 * Take the place of one pairing, which is then released by itself.
	 * @param pairing the name of the pairing
	 * @return the place, or {@link #none()} if there is none
	 */
	synchronized Admission take(String pairing) {
		for (Asking place : this.places) {
			if (place.pairing().equals(pairing) && !this.closed.get()) {
				this.places.remove(place);
				return new Admission(this.pending, List.of(place));
			}
		}
		return NONE;
	}

	/**
	 * Release the places. Closing again has no effect.
	 */
	@Override
	public synchronized void close() {
		if (this.pending != null && this.closed.compareAndSet(false, true)) {
			this.places.forEach(this.pending::release);
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
