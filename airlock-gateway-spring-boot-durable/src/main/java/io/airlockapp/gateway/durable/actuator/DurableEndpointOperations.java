/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.actuator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableApprovals;
import io.airlockapp.gateway.durable.DurableCallStore;
import io.airlockapp.gateway.durable.Resolution;
import io.airlockapp.gateway.endpoint.DurableOperations;

/**
 * {@link DurableOperations} on the approvals of all instances.
 *
 * @param approvals the operations of applications
 * @param store the store of calls
 * @param clock the time of day
 */
public record DurableEndpointOperations(DurableApprovals approvals, DurableCallStore store,
		InstantSource clock) implements DurableOperations {

	private static final int NEWEST = 50;

	@Override
	public DurableApprovalsState getState() {
		Map<String, Integer> counts = new TreeMap<>();
		this.store.countOpen().forEach((state, count) -> counts.put(state.name(), count));
		Instant now = this.clock.instant();
		List<DurableApprovalState> newest = this.store.findOpen(NEWEST)
			.stream()
			.map((approval) -> describe(approval, now))
			.toList();
		return new DurableApprovalsState(counts, newest, null);
	}

	private static DurableApprovalState describe(DurableApproval approval, Instant now) {
		return new DurableApprovalState(approval.id(), approval.gate(), approval.label(), approval.state().name(),
				approval.problem(), Math.max(0, Duration.between(approval.recordedAt(), now).toSeconds()),
				approval.instance(), approval.claimedAt(), approval.committedAt(), approval.approvals(),
				approval.quorum(), approval.asked());
	}

	@Override
	public boolean exists(String requestId) {
		return this.approvals.find(requestId).isPresent();
	}

	@Override
	public boolean cancel(String requestId) {
		return this.approvals.cancel(requestId);
	}

	@Override
	public boolean resolve(String requestId, boolean ran) {
		return this.approvals.resolve(requestId, ran ? Resolution.RAN : Resolution.DID_NOT_RUN);
	}

}
