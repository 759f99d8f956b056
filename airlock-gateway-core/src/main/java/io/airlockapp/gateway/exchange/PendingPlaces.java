/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.client.ratelimit.RequestOrigin;

/**
 * Counts the places of pending approvals, and refuses those beyond the limits.
 */
final class PendingPlaces {

	private final PendingLimits limits;

	private final Runnable onRelease;

	private final List<Admission> admissions = new ArrayList<>();

	/**
	 * Create the places.
	 * @param onRelease the callback after places were released
	 */
	PendingPlaces(PendingLimits limits, Runnable onRelease) {
		this.limits = limits;
		this.onRelease = onRelease;
	}

	/**
	 * Take a place for an approval, and one for each pairing that it may ask.
	 * @throws ApprovalUnavailableException if too many approvals are pending
	 */
	synchronized Admission take(RequestOrigin origin, List<String> pairings) {
		Admission admission = new Admission(this, origin, true, pairings);
		requirePlaces(pairings.size());
		requireShares(admission.counted(), pairings.size());
		pairings.forEach(this::requirePlace);
		this.admissions.add(admission);
		return admission;
	}

	synchronized boolean contains(Admission admission) {
		return this.admissions.contains(admission);
	}

	/**
	 * Move the place of one pairing to an admission of its own.
	 * @return the admission, or {@link Admission#none()} if that place is not taken
	 */
	synchronized Admission separate(Admission admission, String pairing) {
		Admission separate = new Admission(this, admission.origin(), false, List.of(pairing));
		return (contains(admission) && admission.pairings().remove(pairing) && this.admissions.add(separate)) ? separate
				: Admission.none();
	}

	/**
	 * Release the places of an admission, which needs no memory.
	 */
	void release(Admission admission) {
		synchronized (this) {
			this.admissions.remove(admission);
		}
		this.onRelease.run();
	}

	/**
	 * Return the number of requests in progress to the pairings of groups. Their calls
	 * may be decided.
	 */
	synchronized long exchanges() {
		return this.admissions.stream().filter((admission) -> !admission.isApproval()).count();
	}

	/**
	 * Return the number of places that are taken by pairings.
	 */
	synchronized int taken() {
		return taken((admission) -> true);
	}

	private int taken(Predicate<Admission> counted) {
		return this.admissions.stream().filter(counted).mapToInt((admission) -> admission.pairings().size()).sum();
	}

	/**
	 * Require that one method, one requester, and all callers without a name leave half
	 * of the places to others.
	 */
	private void requireShares(RequestOrigin origin, int number) {
		Predicate<Admission> ofMethod = (other) -> other.counted().gate().equals(origin.gate());
		if (origin.isGuarded()) {
			requireShare(ofMethod, number, this.limits.perMethod(), "approvals of " + origin.gate(),
					"limits.pending-per-gate");
		}
		boolean known = origin.requester() != null;
		Integer limit = known ? this.limits.perRequester() : this.limits.perUnknown();
		// One method cannot keep the others out, even if nobody has a name
		if (limit != null && (known || !origin.isGuarded() || count(ofMethod) > 0)) {
			requireShare((other) -> Objects.equals(other.counted().requester(), origin.requester()), number, limit,
					"approvals of " + (known ? "the same requester" : "callers without a requester"),
					"limits.pending-per-requester");
		}
	}

	/**
	 * Require a share of the approvals, and of the pairings that they ask: an approval by
	 * a group asks several.
	 */
	private void requireShare(Predicate<Admission> sharing, int number, int limit, String whose, String property) {
		require(count(sharing), limit, "%s " + whose + " are pending already", property);
		int taken = taken(sharing);
		if (taken > 0) {
			require(taken + number - 1, Math.max(this.limits.total() / 2, limit),
					"The " + whose + " can ask %s pairings at a time", "max-pending");
		}
	}

	private void requirePlaces(int number) {
		require(taken() + number - 1, this.limits.total(),
				(number > 1) ? "The approval can ask " + number + " pairings, and too few of the %s places are free"
						: "%s approvals are pending already",
				"max-pending");
	}

	private void requirePlace(String pairing) {
		if (this.limits.perPairing() != null) {
			require(this.admissions.stream().filter((admission) -> admission.pairings().contains(pairing)).count(),
					this.limits.perPairing(), "%s approvals by the pairing '" + pairing + "' are pending already",
					"limits.pending-per-pairing");
		}
	}

	private long count(Predicate<Admission> counted) {
		return this.admissions.stream().filter(Admission::isApproval).filter(counted).count();
	}

	private static void require(long count, int limit, String message, String property) {
		if (count >= limit) {
			throw new ApprovalUnavailableException(message.replace("%s", String.valueOf(limit))
					+ ", and more would only be decided late. Ask for fewer "
					+ "at a time, or raise 'airlock.gateway.approval." + property + "'", null, null);
		}
	}

}
