/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import org.jspecify.annotations.Nullable;

/**
 * Counts the places of pending approvals, and refuses those beyond the limits.
 */
final class PendingPlaces {

	private final PendingLimits limits;

	private final Runnable onRelease;

	private final List<RequestOrigin> approvals = new ArrayList<>();

	/**
	 * The pairings that the approvals ask or may ask, each as often as it is.
	 */
	private final List<Asked> asked = new ArrayList<>();

	/**
	 * The number of pairings whose requests are in progress by themselves.
	 */
	private int exchanges;

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
		RequestOrigin counted = counted(origin);
		requirePlaces(pairings.size());
		requireShares(counted, pairings.size());
		pairings.forEach(this::requirePlace);
		this.approvals.add(counted);
		pairings.forEach((pairing) -> this.asked.add(new Asked(counted, pairing)));
		return new Admission(this, origin, true, pairings);
	}

	/**
	 * Return an origin as it is counted. One person may log in as Ann and as ann.
	 */
	static RequestOrigin counted(RequestOrigin origin) {
		String requester = origin.requester();
		return (requester != null) ? new RequestOrigin(origin.gate(), Persons.folded(requester)) : origin;
	}

	/**
	 * Return an admission with the place of one pairing, which is already taken.
	 */
	synchronized Admission separate(RequestOrigin origin, String pairing) {
		this.exchanges++;
		return new Admission(this, origin, false, List.of(pairing));
	}

	/**
	 * Release places.
	 * @param approval whether the place of the approval itself is released
	 */
	void release(RequestOrigin origin, boolean approval, List<String> pairings) {
		RequestOrigin counted = counted(origin);
		synchronized (this) {
			if (approval) {
				this.approvals.remove(counted);
			}
			else {
				this.exchanges--;
			}
			pairings.forEach((pairing) -> this.asked.remove(new Asked(counted, pairing)));
		}
		this.onRelease.run();
	}

	/**
	 * Return the number of requests in progress to the pairings of groups. Their calls
	 * may be decided.
	 */
	synchronized int exchanges() {
		return this.exchanges;
	}

	/**
	 * Return the number of places that are taken by pairings.
	 */
	synchronized int taken() {
		return this.asked.size();
	}

	/**
	 * Require that one method, one requester, and all callers without a name leave half
	 * of the places to others.
	 */
	private void requireShares(RequestOrigin origin, int number) {
		if (origin.isGuarded()) {
			requireShare(RequestOrigin::gate, origin.gate(), number, this.limits.perMethod(),
					"approvals of " + origin.gate(), "limits.pending-per-gate");
		}
		boolean known = origin.requester() != null;
		Integer limit = known ? this.limits.perRequester() : this.limits.perUnknown();
		// One method cannot keep the others out, even if nobody has a name
		if (limit != null && (known || !origin.isGuarded() || count(RequestOrigin::gate, origin.gate()) > 0)) {
			requireShare(RequestOrigin::requester, origin.requester(), number, limit,
					"approvals of " + (known ? "the same requester" : "callers without a requester"),
					"limits.pending-per-requester");
		}
	}

	/**
	 * Require a share of the approvals, and of the pairings that they ask: an approval by
	 * a group asks several.
	 */
	private void requireShare(Function<RequestOrigin, @Nullable String> key, @Nullable String value, int number,
			int limit, String whose, String property) {
		require(count(key, value), limit, "%s " + whose + " are being waited for already", property);
		long taken = this.asked.stream().filter((asked) -> Objects.equals(value, key.apply(asked.origin()))).count();
		if (taken > 0) {
			require(taken + number - 1, Math.max(this.limits.total() / 2, limit),
					"The " + whose + " can ask %s pairings at a time", "max-pending");
		}
	}

	private void requirePlaces(int number) {
		require(this.asked.size() + number - 1, this.limits.total(),
				(number > 1) ? "The approval can ask " + number + " pairings, and too few of the %s places are free"
						: "%s approvals are being waited for already",
				"max-pending");
	}

	private void requirePlace(String pairing) {
		if (this.limits.perPairing() != null) {
			require(this.asked.stream().filter((asked) -> pairing.equals(asked.pairing())).count(),
					this.limits.perPairing(),
					"%s approvals by the pairing '" + pairing + "' are being waited for already",
					"limits.pending-per-pairing");
		}
	}

	private long count(Function<RequestOrigin, @Nullable String> key, @Nullable String value) {
		return this.approvals.stream().filter((taken) -> Objects.equals(value, key.apply(taken))).count();
	}

	private static void require(long count, int limit, String message, String property) {
		if (count >= limit) {
			throw new ApprovalUnavailableException(message.replace("%s", String.valueOf(limit))
					+ ", and more would only be decided late. Ask for fewer "
					+ "at a time, or raise 'airlock.gateway.approval." + property + "'", null, null);
		}
	}

	/**
	 * Pairing that an approval asks or may ask.
	 */
	private record Asked(RequestOrigin origin, String pairing) {
	}

}
