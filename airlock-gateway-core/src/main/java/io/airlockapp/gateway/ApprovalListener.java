/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Listener for approval requests and their outcomes. Listeners only observe: an exception
 * thrown by a listener is logged, and the approval continues. Listeners are called in the
 * waiting thread or, for invocations that are refused before any wait, in the caller's
 * thread. For durable calls that were recorded, they are called in other threads. A
 * listener must return soon, since the time that it takes is part of the time to decide,
 * and must not interrupt the thread.
 */
@FunctionalInterface
public interface ApprovalListener {

	/**
	 * Called before a request is processed, or before an invocation ends that is decided
	 * without a request to a person.
	 * @param request the request
	 * @param artifactType the type of review that is requested
	 * @return the callback for the progress of the request
	 */
	Attempt begin(ApprovalRequest request, String artifactType);

	/**
	 * Notify this listener of the outcome of a request for whose decision no thread
	 * waited, such as that of a durable call. The time from the request to the decision
	 * is part of the outcome. By default, {@link #begin} and {@link Attempt#ended} are
	 * called, and {@link Attempt#submitting} is not.
	 * @param request the request
	 * @param artifactType the type of review that was requested
	 * @param outcome the outcome
	 */
	default void onDecidedLater(ApprovalRequest request, String artifactType, ApprovalOutcome outcome) {
		begin(request, artifactType).ended(outcome);
	}

	/**
	 * Return the callback for the votes on a request for whose decision no thread waits,
	 * such as that of a durable call, and for the steps of its escalation. Its end is
	 * reported by {@link #onDecidedLater} instead.
	 * @param request the request
	 * @param artifactType the type of review that was requested
	 * @param requestId the id of the request
	 * @return the callback, which does nothing by default
	 */
	default Attempt resume(ApprovalRequest request, String artifactType, String requestId) {
		return (outcome) -> {
		};
	}

	/**
	 * Return a composite listener. A failure of one listener does not affect the others.
	 * @param listeners the listeners to notify
	 * @return the composite listener
	 */
	static ApprovalListener of(List<ApprovalListener> listeners) {
		return new CompositeApprovalListener(listeners);
	}

	/**
	 * Return a listener that notifies another listener, and logs the outcome of each
	 * request.
	 * @param listener the listener to notify
	 * @return the listener
	 */
	static ApprovalListener logging(ApprovalListener listener) {
		return of(List.of(new LoggingApprovalListener(), listener));
	}

	/**
	 * Callback interface for one requested approval.
	 */
	@FunctionalInterface
	interface Attempt {

		/**
		 * Return the trace context to transmit with the request, such as a {@code
		 * traceparent} of W3C Trace Context.
		 * @return the trace context by name, without {@code null}, or an empty map
		 */
		default Map<String, String> trace() {
			return Map.of();
		}

		/**
		 * Called when the request is about to be submitted. Not called for a request that
		 * ends before that.
		 * @param approval the pending approval
		 */
		default void submitting(PendingApproval approval) {
		}

		/**
		 * Called for each vote of an approver of a group, once it is verified. A vote
		 * that arrives after the call was decided does not count. It is reported after
		 * {@link #ended} and in another thread.
		 * @param vote the vote
		 */
		default void voted(ApprovalVote vote) {
		}

		/**
		 * Called when a step of an escalation asks more approvers of a group.
		 * @param step the number of the step, beginning with 1
		 * @param pairings the names of the pairings that are asked in addition
		 * @param unavailable whether the step did not wait for its time, since those
		 * asked before cannot reach the quorum
		 */
		default void escalated(int step, List<String> pairings, boolean unavailable) {
		}

		/**
		 * Called when the gateway delivers a decision of an approver of a group that does
		 * not verify, or has a request with different content. The other approvers can
		 * still decide.
		 * @param failure the failure
		 */
		default void tampered(AirlockGatewayException failure) {
		}

		/**
		 * Called exactly once, when the request has ended.
		 * @param outcome the outcome
		 */
		void ended(ApprovalOutcome outcome);

	}

}
