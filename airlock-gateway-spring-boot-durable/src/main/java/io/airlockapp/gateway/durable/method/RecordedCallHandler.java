/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.method;

import io.airlockapp.gateway.approval.guard.DurableMethod;

/**
 * Strategy interface for handling a call of a durable method that was recorded, before
 * the invocation returns to its caller.
 */
@FunctionalInterface
public interface RecordedCallHandler {

	/**
	 * Handle a recorded call. An exception is thrown to the caller, which may roll its
	 * transaction back, and with it the recording. Without a transaction, the call stays
	 * recorded.
	 * @param method the called method
	 * @param requestId the id of the approval request
	 */
	void recorded(DurableMethod method, String requestId);

}
