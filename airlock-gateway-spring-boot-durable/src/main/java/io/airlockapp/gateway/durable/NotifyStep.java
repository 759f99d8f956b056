/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.durable.step.LeftOpenTransactions;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Calls the {@link DurableApprovalHandler}s of a call that has ended, in the transaction
 * that also records this, so that their changes in this database take effect once.
 */
public final class NotifyStep {

	private static final Duration TURN = Duration.ofSeconds(2);

	private final WarnOnceLog failures = new WarnOnceLog(LogFactory.getLog(NotifyStep.class));

	private final DurableDependencies dependencies;

	private final List<DurableApprovalHandler> handlers;

	private final TransactionOperations transactions;

	private final AtomicInteger running = new AtomicInteger();

	/**
	 * Create a step.
	 * @param dependencies the collaborators
	 * @param handlers the handlers
	 * @param transactions the transactions of handlers
	 */
	public NotifyStep(DurableDependencies dependencies, List<DurableApprovalHandler> handlers,
			TransactionOperations transactions) {
		this.dependencies = dependencies;
		this.handlers = List.copyOf(handlers);
		this.transactions = transactions;
	}

	/**
	 * Call the handlers, unless they were called before.
	 * @param id the id of the call
	 * @return the next step, or {@code null} if the handlers were called
	 * @throws RuntimeException if a handler fails, so that all are called again
	 */
	public @Nullable NextStep perform(String id) {
		try {
			// So that slow handlers do not keep approved calls from a start in time
			if (this.running.incrementAndGet() > this.dependencies.settings().halfOfRunThreads()) {
				return new NextStep(Step.NOTIFY, this.dependencies.clock().instant().plus(TURN));
			}
			RunThread.run(() -> notifyHandlers(id));
			this.failures.reset();
			return null;
		}
		finally {
			this.running.decrementAndGet();
		}
	}

	private void notifyHandlers(String id) {
		DurableApproval approval = this.dependencies.store().find(id);
		if (approval == null || !approval.state().isEnded()) {
			return;
		}
		DurableCall call = CallTransitions.UNREADABLE.equals(approval.problem()) ? null
				: this.dependencies.store().findCall(id);
		this.transactions.executeWithoutResult((status) -> {
			if (this.dependencies.store().notified(id, this.dependencies.clock().instant())) {
				OwnTransaction own = OwnTransaction.begin();
				StoredDecision decision = (call != null) ? call.decision(this.dependencies.persons()) : null;
				this.handlers.forEach((handler) -> callHandler(handler, approval,
						(decision != null) ? decision.decision() : null, own));
			}
		});
	}

	private void callHandler(DurableApprovalHandler handler, DurableApproval approval,
			@Nullable ApprovalDecision decision, OwnTransaction own) {
		try {
			boolean open;
			try {
				handler.ended(approval, decision);
			}
			finally {
				// Also after a failure, which is the usual reason
				open = own.endOthers();
			}
			if (open) {
				throw new IllegalStateException("The handler left a transaction open, which is rolled back");
			}
		}
		catch (Throwable ex) {
			// Who repeats the step logs no message of a class of the application
			this.failures.warn("The handler %s of approval %s failed, and is called again"
				.formatted(handler.getClass().getName(), approval.id()), ex);
			throw ex;
		}
	}

	/**
	 * The transaction of the handlers. Another one that a handler leaves open would
	 * contain the changes of the handlers after it.
	 *
	 * @param connections the connections of the transaction
	 * @param mark the mark of the transaction, or {@code null} if its manager has no
	 * synchronization
	 */
	private record OwnTransaction(Map<Object, Object> connections, @Nullable TransactionSynchronization mark) {

		static OwnTransaction begin() {
			TransactionSynchronization mark = null;
			if (TransactionSynchronizationManager.isSynchronizationActive()) {
				mark = new TransactionSynchronization() {
				};
				TransactionSynchronizationManager.registerSynchronization(mark);
			}
			return new OwnTransaction(LeftOpenTransactions.connections(), mark);
		}

		/**
		 * End the transactions inside of this one.
		 * @return whether there was one
		 */
		boolean endOthers() {
			if (isCurrent()) {
				return false;
			}
			LeftOpenTransactions.end(this.connections);
			if (this.mark != null && !TransactionSynchronizationManager.isSynchronizationActive()) {
				// Without it, this transaction cannot be rolled back, and is committed
				TransactionSynchronizationManager.initSynchronization();
			}
			return true;
		}

		private boolean isCurrent() {
			return LeftOpenTransactions.connections().entrySet().containsAll(this.connections.entrySet())
					&& (this.mark == null || (TransactionSynchronizationManager.isSynchronizationActive()
							&& TransactionSynchronizationManager.getSynchronizations().contains(this.mark)));
		}

	}

}
