/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import org.jspecify.annotations.Nullable;

/**
 * Operations on durable approvals.
 */
public interface DurableApprovals {

	/**
	 * Invoke a durable method and return what was recorded. A second call of a durable
	 * method is refused: it is neither recorded nor invoked.
	 * @param call code that invokes one durable method of a bean, in the current thread
	 * @return the recorded approval, or empty if the call needs no approval, so that the
	 * method was invoked at once: its condition is {@code false}, or
	 * {@code airlock.gateway.approval.mode} is {@code bypass}
	 * @throws IllegalStateException if no durable method was called
	 * @throws io.airlockapp.gateway.AirlockGatewayException if the call was refused, also
	 * if an {@code ApprovalDenialHandler} has handled the refusal
	 * @throws InvalidApprovalUsageException if a second one was called, or the code of
	 * another recording calls this method
	 */
	Optional<DurableApproval> recording(Runnable call);

	/**
	 * Invoke a durable method, unless one of its calls with the same key is open, and
	 * return what was recorded now or before. A call is open until it ends or is
	 * cancelled, also while it runs and while its outcome is unknown. Its arguments can
	 * be others.
	 * @param key the key, which is unique among the open calls of the method
	 * @param call code that invokes one durable method of a bean, in the current thread
	 * @return the approval of the open call, or empty if the call needs no approval, so
	 * that the method was invoked at once
	 * @throws IllegalStateException if no durable method was called
	 * @throws io.airlockapp.gateway.AirlockGatewayException if the call was refused, also
	 * if an {@code ApprovalDenialHandler} has handled the refusal
	 * @throws InvalidApprovalUsageException if a second one was called, or the code of
	 * another recording calls this method
	 */
	Optional<DurableApproval> recording(String key, Runnable call);

	/**
	 * Find an approval.
	 * @param id the id of the approval request
	 * @return the approval, or empty if there is none with this id
	 */
	Optional<DurableApproval> find(String id);

	/**
	 * Find the decision on an approval, with its reason. A call that ended as
	 * {@link DurableState#TIMED_OUT} or {@link DurableState#CANCELLED} can have a
	 * decision that was not used.
	 * @param id the id of the approval request
	 * @return the verified decision as it was stored, which is the deciding vote of a
	 * group with all votes, or empty if the call is not decided, there is no approval
	 * with this id, or its row is not what this application stored
	 * @throws UnreadableCallException if the decision cannot be decrypted by this
	 * instance
	 */
	Optional<ApprovalDecision> decision(String id);

	/**
	 * Find approvals in the order of their ids.
	 * @param states the states
	 * @param afterId the id after which the result starts, or {@code null} for the
	 * beginning
	 * @param limit the maximum number of approvals, from 1 to 1000
	 * @return the approvals
	 * @throws IllegalArgumentException if the limit is out of range
	 */
	List<DurableApproval> find(Set<DurableState> states, @Nullable String afterId, int limit);

	/**
	 * Cancel a call in the transaction of the current thread, or in a new one if there is
	 * none. The request is withdrawn in the background.
	 * @param id the id of the approval request
	 * @return {@code true} if the call does not start any more; {@code false} if it has
	 * started or ended, or there is none with this id
	 */
	boolean cancel(String id);

	/**
	 * Record the outcome of a call in {@link DurableState#UNKNOWN}. A run that still goes
	 * on can then no longer commit a transaction in this database.
	 * @param id the id of the approval request
	 * @param resolution the outcome
	 * @return {@code false} if the call is not in this state
	 */
	boolean resolve(String id, Resolution resolution);

	/**
	 * Return the approval of the durable method that runs in the current thread. Its id
	 * is suitable as an idempotency key for calls of other systems.
	 * @return the approval, or empty outside of such a method
	 */
	static Optional<DurableApproval> current() {
		return Optional.ofNullable(RunningCall.current());
	}

}
