package io.airlockapp.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Listener for approval requests and their outcomes. Listeners only observe: an exception
 * that a listener throws is logged, and the approval goes on. Listeners are called in the
 * thread that waits or, for calls that are refused before any wait, in the caller's
 * thread.
 */
@FunctionalInterface
public interface ApprovalListener {

	/**
	 * Called before anything is done about a request.
	 * @param request what is asked
	 * @param artifactType what kind of review is asked for
	 * @return is told how it goes on
	 */
	Attempt begin(ApprovalRequest request, String artifactType);

	/**
	 * Notify this listener of a request that nobody was asked about.
	 * @param request what would have been asked
	 * @param artifactType what kind of review would have been asked for
	 * @param result what was decided instead
	 * @param failure why it was not asked, or {@code null} if it is approved
	 */
	default void onDecidedWithoutRequest(ApprovalRequest request, String artifactType, ApprovalResult result,
			@Nullable AirlockGatewayException failure) {
		String requestId = (failure != null) ? failure.getRequestId() : null;
		begin(request, artifactType).ended(new ApprovalOutcome(result, requestId, Duration.ZERO, null, failure));
	}

	/**
	 * Return a listener that tells all others, each in spite of the others' failures.
	 * @param listeners the others
	 * @return the listener
	 */
	static ApprovalListener of(List<ApprovalListener> listeners) {
		return new CompositeApprovalListener(listeners);
	}

	/**
	 * Return a listener that tells another, and writes to the log how each request ended.
	 * @param listener the other
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
		 * Return what the request is to tell of the trace that it belongs to, such as a
		 * {@code traceparent} of W3C Trace Context.
		 * @return the trace context by name, or an empty map
		 */
		default Map<String, String> trace() {
			return Map.of();
		}

		/**
		 * Called when the request is about to be submitted. Not called if it never comes
		 * to that.
		 * @param approval the request
		 */
		default void submitting(PendingApproval approval) {
		}

		/**
		 * Called once, when it is over.
		 * @param outcome how it ended
		 */
		void ended(ApprovalOutcome outcome);

	}

}
