/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.endpoint;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for the operations on durable approvals that {@link AirlockEndpoint}
 * provides to operators. It is implemented where durable approvals are.
 */
public interface DurableOperations {

	/**
	 * Return the state of the approvals that have not ended.
	 * @return the state
	 */
	DurableApprovalsState getState();

	/**
	 * Return whether there is an approval.
	 * @param requestId the id of the approval request
	 * @return whether it exists
	 */
	boolean exists(String requestId);

	/**
	 * Cancel an approval, so that its method does not start.
	 * @param requestId the id of the approval request
	 * @return {@code false} if the method has started, or the approval has ended or does
	 * not exist
	 */
	boolean cancel(String requestId);

	/**
	 * Record what an operator found out about a call whose outcome is not known.
	 * @param requestId the id of the approval request
	 * @param ran whether the method had its effects
	 * @return {@code false} if the outcome is known, or the approval does not exist
	 */
	boolean resolve(String requestId, boolean ran);

	/**
	 * State of the approvals that have not ended. It contains neither arguments nor
	 * secrets.
	 *
	 * @param counts the number of approvals by state; states without approvals are absent
	 * @param newest the newest approvals, the newest first
	 * @param problem the reason for which the state is not known, or {@code null}
	 */
	record DurableApprovalsState(Map<String, Integer> counts, List<DurableApprovalState> newest,
			@Nullable String problem) {
	}

	/**
	 * State of one approval.
	 *
	 * @param requestId the id of the approval request
	 * @param gate the guarded method
	 * @param label the label that the inbox shows
	 * @param state the state
	 * @param problem the reason for the state, or {@code null}
	 * @param ageSeconds the seconds since the call was recorded
	 * @param instance the instance that started the method, or {@code null}
	 * @param claimedAt the time at which that instance claimed the call, or {@code null}
	 * @param committedAt the time at which a transaction of the method was last committed
	 * in the database of the calls, or {@code null}
	 * @param approvals the number of persons who have approved
	 * @param quorum the number of persons who have to approve
	 * @param asked the names of the pairings whose decisions are waited for
	 */
	record DurableApprovalState(String requestId, String gate, String label, String state, @Nullable String problem,
			long ageSeconds, @Nullable String instance, @Nullable Instant claimedAt, @Nullable Instant committedAt,
			int approvals, int quorum, List<String> asked) {
	}

}
