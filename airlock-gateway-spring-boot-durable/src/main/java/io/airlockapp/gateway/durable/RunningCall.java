package io.airlockapp.gateway.durable;

import org.jspecify.annotations.Nullable;

/**
 * Holds the call that runs in the current thread.
 *
 * @param approval the approval of the call
 * @param runId the id of this run
 */
public record RunningCall(DurableApproval approval, String runId) {

	private static final ThreadLocal<@Nullable RunningCall> current = new ThreadLocal<>();

	/**
	 * Return the id of the run in the current thread.
	 * @return the id, or {@code null} if no durable method runs in this thread
	 */
	public static @Nullable String currentRunId() {
		RunningCall call = current.get();
		return (call != null) ? call.runId() : null;
	}

	static @Nullable DurableApproval current() {
		RunningCall call = current.get();
		return (call != null) ? call.approval() : null;
	}

	static void set(@Nullable RunningCall call) {
		if (call != null) {
			current.set(call);
		}
		else {
			current.remove();
		}
	}

}
