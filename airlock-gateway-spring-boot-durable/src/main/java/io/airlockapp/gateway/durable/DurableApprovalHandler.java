/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import io.airlockapp.gateway.ApprovalDecision;
import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for handling the end of durable approvals. Beans of this type are
 * called in their order, on any instance, in a transaction that also records the call of
 * the handlers. Their changes in this transaction take effect exactly once. All other
 * effects take place at least once.
 */
@FunctionalInterface
public interface DurableApprovalHandler {

	/**
	 * Handle the end of an approval. If a handler throws an exception, the transaction is
	 * rolled back, and all handlers are called again later, until the approval is
	 * deleted.
	 * @param approval the approval in its final state
	 * @param decision the verified decision, or {@code null} if there is none
	 */
	void ended(DurableApproval approval, @Nullable ApprovalDecision decision);

}
