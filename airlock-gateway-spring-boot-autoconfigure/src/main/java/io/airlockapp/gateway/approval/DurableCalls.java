package io.airlockapp.gateway.approval;

import io.airlockapp.gateway.AirlockGatewayException;

/**
 * Strategy interface for recording the calls of methods with
 * {@link RequiresAirlockApproval#durable()}. A recorded call runs by
 * {@link ApprovedCalls} after its approval, if at all.
 */
@FunctionalInterface
public interface DurableCalls {

	/**
	 * Record a call in the transaction of the current thread, or in a new one if there is
	 * none.
	 * @param call the call
	 * @return the id of the approval request
	 * @throws AirlockGatewayException if the call can't be recorded, in which case it
	 * never runs
	 */
	String record(RecordedCall call);

}
