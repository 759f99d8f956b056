/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.method;

import java.util.function.Consumer;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.approval.guard.DurableMethod;

/**
 * Strategy interface for handling a call of a durable method that was recorded, before
 * the invocation returns to its caller.
 */
@FunctionalInterface
public interface RecordedCallHandler {

	/**
	 * Handle a call that is about to be recorded in the current thread.
	 * @param method the called method
	 * @return the handler of the id of the approval request, called after the recording.
	 * Its exception is thrown to the caller, also each time that an interceptor outside
	 * the guard repeats the invocation. The call stays recorded, unless the caller rolls
	 * its transaction back
	 * @throws AirlockGatewayException if the call must not be recorded
	 */
	Consumer<String> handle(DurableMethod method);

}
