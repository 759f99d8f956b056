/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.time.Duration;
import java.util.List;

/**
 * Step of an escalation, by which more approvers of a group are asked if a call is still
 * undecided.
 *
 * @param after the time from the first submission of a call to this step
 * @param pairings the names of the pairings to ask in addition
 * @param onUnavailable whether they are asked at once if the approvers asked before
 * cannot reach the quorum
 */
public record EscalationStep(Duration after, List<String> pairings, boolean onUnavailable) {

	public EscalationStep {
		pairings = List.copyOf(pairings);
	}

}
