/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.endpoint;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.approvers.ApproverGroupState;
import io.airlockapp.gateway.endpoint.DurableOperations.DurableApprovalsState;
import io.airlockapp.gateway.pairing.PairingInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * State that is reported to operators. It contains no secrets except the code of a
 * pending device login.
 *
 * @param enforcer the identity of this application towards the gateway
 * @param identity the kinds of credentials it has, or {@code null} if it has none
 * @param pairings the state of each pairing
 * @param approvers the state of each group of approvers
 * @param pending the pending approvals, oldest first
 * @param heartbeat the heartbeat, if there is one
 * @param durable the durable approvals, if they are used
 * @param details the policies and the device login, each if it is used
 */
public record AirlockState(EnforcerState enforcer, @Nullable String identity, List<PairingInfo> pairings,
		List<ApproversState> approvers, List<PendingState> pending, @Nullable HeartbeatState heartbeat,
		@Nullable DurableApprovalsState durable, Map<String, Object> details) implements OperationResponseBody {

	/**
	 * Identity of this application towards the gateway.
	 *
	 * @param id the enforcer's id
	 * @param label its name that is shown to people
	 * @param workspace its workspace
	 */
	public record EnforcerState(String id, String label, String workspace) {
	}

	/**
	 * State of a group of approvers.
	 *
	 * @param name the name of the group
	 * @param members the names of its pairings, those of its escalation included
	 * @param quorum the number of persons who have to approve
	 * @param excludeRequester whether the requester of a call cannot approve it
	 * @param inForce the names of its pairings in force
	 * @param problem the reason for which not all of them can approve, if there is one
	 */
	public record ApproversState(String name, List<String> members, int quorum, boolean excludeRequester,
			List<String> inForce, @Nullable String problem) {

		static ApproversState of(ApproverGroupState state) {
			return new ApproversState(state.group().name(), state.group().members(), state.group().quorum(),
					state.group().excludeRequester(), state.inForce(), state.findWarning());
		}

	}

	/**
	 * State of a pending approval.
	 *
	 * @param requestId the request's id
	 * @param label the label that the inbox shows
	 * @param ageSeconds the seconds since the wait started
	 * @param secondsLeft the seconds until the wait ends
	 */
	public record PendingState(String requestId, String label, long ageSeconds, long secondsLeft) {
	}

	/**
	 * State of the heartbeat.
	 *
	 * @param lastSuccess the time of the last successful heartbeat
	 * @param problem the reason why the last heartbeat failed, if it did
	 */
	public record HeartbeatState(@Nullable Instant lastSuccess, @Nullable String problem) {
	}

}
