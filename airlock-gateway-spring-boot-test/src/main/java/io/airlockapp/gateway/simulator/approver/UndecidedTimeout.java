/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.approver;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.gateway.ExchangeStore;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Rejects requests that are not decided within a limit, if one is set. A rejection that
 * states the reason is better than a test that hangs.
 */
public final class UndecidedTimeout {

	private final InstantSource clock;

	private final ExchangeStore exchanges;

	private final List<PendingRequest> undecided = new CopyOnWriteArrayList<>();

	private volatile @Nullable Duration limit;

	public UndecidedTimeout(InstantSource clock, ExchangeStore exchanges, @Nullable Duration limit) {
		this.clock = clock;
		this.exchanges = exchanges;
		this.limit = limit;
	}

	public static @Nullable Duration check(@Nullable Duration limit) {
		Assert.isTrue(limit == null || !limit.isNegative(), "'limit' must not be negative");
		return limit;
	}

	public void setLimit(@Nullable Duration limit) {
		this.limit = check(limit);
	}

	public @Nullable Duration limit() {
		return this.limit;
	}

	/**
	 * Return the requests that were not decided within the limit.
	 */
	public List<PendingRequest> undecided() {
		return List.copyOf(this.undecided);
	}

	/**
	 * Reject the requests that have been pending for too long.
	 */
	public void rejectDue() {
		Duration current = this.limit;
		if (current == null) {
			return;
		}
		Instant now = this.clock.instant();
		for (PendingRequest request : this.exchanges.pending()) {
			if (Duration.between(request.createdAt(), now).compareTo(current) >= 0) {
				reject(request, current);
			}
		}
	}

	private void reject(PendingRequest request, Duration current) {
		// Before the decision is delivered, so that the enforcer's caller finds it here
		this.undecided.add(request);
		if (!this.exchanges.decideIfPresent(request.requestId(), SimulatedDecision.reject(reason(request, current)))) {
			this.undecided.remove(request);
		}
	}

	private static String reason(PendingRequest request, Duration limit) {
		String nobody = Pairing.DEFAULT_NAME.equals(request.approver()) ? "Nobody decided"
				: "The approver '%s' did not decide".formatted(request.approver());
		return ("%s within %d ms. Put @ApproveAll or @RejectAll on the test, or decide with the "
				+ "SimulatedApprover while another thread makes the call")
			.formatted(nobody, limit.toMillis());
	}

	public void reset(@Nullable Duration initialLimit) {
		this.limit = initialLimit;
		this.undecided.clear();
	}

}
