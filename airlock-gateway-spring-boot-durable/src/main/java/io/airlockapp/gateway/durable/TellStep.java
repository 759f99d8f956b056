/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.InstantSource;
import java.util.List;

import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.exchange.StoredDecision;

import org.springframework.transaction.support.TransactionOperations;

/**
 * Calls the {@link DurableApprovalHandler}s of a call that has ended, in the transaction
 * that also records this, so that their changes in this database take effect once.
 */
public final class TellStep {

	private final DurableCallStore store;

	private final List<DurableApprovalHandler> handlers;

	private final TransactionOperations transactions;

	private final Persons persons;

	private final InstantSource clock;

	TellStep(DurableCallStore store, List<DurableApprovalHandler> handlers, TransactionOperations transactions,
			Persons persons, InstantSource clock) {
		this.store = store;
		this.handlers = List.copyOf(handlers);
		this.transactions = transactions;
		this.persons = persons;
		this.clock = clock;
	}

	/**
	 * Call the handlers, unless they were called before.
	 * @param id the id of the call
	 * @throws RuntimeException if a handler fails, so that all are called again
	 */
	public void perform(String id) {
		DurableCall call = this.store.findCall(id);
		if (call == null || !call.state().isEnded()) {
			return;
		}
		this.transactions.executeWithoutResult((status) -> {
			if (this.store.told(id, this.clock.instant())) {
				StoredDecision decision = call.decision(this.persons);
				this.handlers.forEach(
						(handler) -> handler.ended(call.approval(), (decision != null) ? decision.decision() : null));
			}
		});
	}

}
