package io.airlockapp.gateway.durable;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.airlockapp.gateway.ApprovalDecision;
import org.jspecify.annotations.Nullable;

/**
 * Operations on durable approvals.
 */
public interface DurableApprovals {

	/**
	 * Invoke a durable method and return what was recorded.
	 * @param call code that invokes exactly one durable method of a bean
	 * @return the recorded approval
	 * @throws IllegalStateException if no call or several calls were recorded. In a
	 * transaction, they are recorded nevertheless unless it is rolled back
	 */
	DurableApproval recording(Runnable call);

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
	 * @return the verified decision as it was stored, or empty if there is none, there is
	 * no approval with this id, or its row is not what this application stored
	 * @throws UnreadableCallException if the decision can't be decrypted by this instance
	 */
	Optional<ApprovalDecision> decision(String id);

	/**
	 * Find approvals in the order of their ids.
	 * @param states the states
	 * @param afterId the id after which the result starts, or {@code null} for the
	 * beginning
	 * @param limit the maximum number of approvals, from 1 to 1000
	 * @return the approvals
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
