package io.airlockapp.gateway.approval;

import org.aopalliance.intercept.MethodInvocation;

/**
 * Strategy interface for handling an invocation of a method with
 * {@link RequiresAirlockApproval#durable()} that was recorded, before the invocation
 * returns to its caller.
 */
@FunctionalInterface
public interface RecordedCallHandler {

	/**
	 * Handle a recorded invocation. An exception is thrown to the caller, which may roll
	 * its transaction back, and with it the recording. Without a transaction, the call
	 * stays recorded.
	 * @param invocation the recorded invocation, which can't proceed
	 * @param requestId the id of the approval request
	 */
	void recorded(MethodInvocation invocation, String requestId);

}
