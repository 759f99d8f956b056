/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

import io.airlockapp.gateway.ApprovalVote;
import org.jspecify.annotations.Nullable;

/**
 * Event published for each vote of an approver of a group, once it is verified. A vote
 * that arrives after the call was decided does not count.
 *
 * @param callId the id of the call, which the events of its decision have, too
 * @param approvers the name of the group
 * @param vote the vote
 * @param label the label that the inbox shows
 * @param gate the guarded method, or else the source of the request
 */
public record ApprovalVoteEvent(@Nullable String callId, String approvers, ApprovalVote vote, String label,
		@Nullable String gate) {
}
