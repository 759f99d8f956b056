/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Event published when a step of an escalation asks more approvers of a group.
 *
 * @param callId the id of the call, which the events of its decision have, too
 * @param approvers the name of the group
 * @param step the number of the step, beginning with 1
 * @param pairings the names of the pairings that are asked in addition
 * @param unavailable whether the step did not wait for its time, since those asked before
 * cannot reach the quorum
 * @param label the label that the inbox shows
 * @param gate the guarded method, or else the source of the request
 */
public record ApprovalEscalatedEvent(@Nullable String callId, String approvers, int step, List<String> pairings,
		boolean unavailable, String label, @Nullable String gate) {

	public ApprovalEscalatedEvent {
		pairings = List.copyOf(pairings);
	}

}
