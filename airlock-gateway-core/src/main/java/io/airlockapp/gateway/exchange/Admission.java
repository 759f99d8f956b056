/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import org.jspecify.annotations.Nullable;

/**
 * Holds the places of one approval among the {@link PendingApprovals}: one for the
 * approval, and one for each pairing that it may ask. They are taken before any other
 * processing of the approval, and released by {@link #close()}.
 */
public final class Admission implements AutoCloseable {

	private static final Admission NONE = new Admission(null, RequestOrigin.APPLICATION, false, List.of());

	private final @Nullable PendingPlaces places;

	private final RequestOrigin origin;

	private final RequestOrigin counted;

	private final boolean approval;

	/**
	 * The pairings whose places this holds, guarded by the lock of all places.
	 */
	private final List<String> pairings;

	private final AtomicBoolean used = new AtomicBoolean();

	/**
	 * Create an admission whose places are taken.
	 * @param origin the approval's origin
	 * @param approval whether this holds the place of the approval, and not only those of
	 * pairings
	 */
	Admission(@Nullable PendingPlaces places, RequestOrigin origin, boolean approval, Collection<String> pairings) {
		this.places = places;
		this.origin = origin;
		String requester = origin.requester();
		this.counted = (requester != null) ? new RequestOrigin(origin.gate(), Persons.folded(requester)) : origin;
		this.approval = approval;
		this.pairings = new ArrayList<>(pairings);
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
		return this.approval && registry.places().contains(this) && this.used.compareAndSet(false, true);
	}

	/**
	 * Return on whose behalf the requests of the approval are sent, whichever pairings
	 * they ask.
	 * @return the origin
	 */
	RequestOrigin origin() {
		return this.origin;
	}

	/**
	 * Return the origin as it is counted. One person may log in as Ann and as ann.
	 * @return the origin
	 */
	RequestOrigin counted() {
		return this.counted;
	}

	boolean isApproval() {
		return this.approval;
	}

	List<String> pairings() {
		return this.pairings;
	}

	/**
	 * Take the place of one pairing, which is then released by itself.
	 * @param pairing the name of the pairing
	 * @return the place, or {@link #none()} if there is none
	 */
	Admission take(String pairing) {
		return (this.places != null) ? this.places.separate(this, pairing) : NONE;
	}

	/**
	 * Release the places. Closing again has no effect.
	 */
	@Override
	public void close() {
		if (this.places != null) {
			this.places.release(this);
		}
	}

}
