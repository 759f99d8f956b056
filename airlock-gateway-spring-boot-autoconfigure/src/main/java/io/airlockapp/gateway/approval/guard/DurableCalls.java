/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.snapshot.ArgumentSnapshot;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.snapshot.Masking;
import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for recording the calls of methods with
 * {@link RequiresAirlockApproval#durable()}, which the guard does not invoke. A recorded
 * call runs by its {@link DurableMethod} after its approval, if at all.
 */
@FunctionalInterface
public interface DurableCalls {

	/**
	 * Record a call in the transaction of the current thread, or in a new one if there is
	 * none.
	 * @param proxy the called proxy
	 * @param call the call
	 * @return the action that follows the recording, and may throw an exception to the
	 * caller, or {@code null} if the call is not recorded, and waits like others
	 * @throws AirlockGatewayException if the call cannot be recorded, in which case it
	 * never runs
	 */
	@Nullable Runnable record(Object proxy, Call call);

	/**
	 * Admit a call that is not recorded, since it needs no approval, before its method
	 * starts in the current thread.
	 * @param call the call
	 * @throws AirlockGatewayException if the method must not start
	 */
	default void starting(Call call) {
	}

	/**
	 * Call as the guard reads it.
	 */
	interface Call extends GuardedCall {

		/**
		 * Return the arguments.
		 * @return the arguments, which the caller may still change
		 */
		MethodArguments arguments();

		/**
		 * Return the masking of the snapshot.
		 * @return the masking
		 */
		Masking masking();

		/**
		 * Create the request that shows the arguments with which the call runs later.
		 * @param rebuilt the arguments
		 * @param snapshot the snapshot of them
		 * @return the request
		 * @throws AirlockGatewayException if an argument cannot be shown, changes each
		 * time it is read, or is too large
		 */
		ApprovalRequest toRequest(MethodArguments rebuilt, ArgumentSnapshot snapshot);

	}

}
