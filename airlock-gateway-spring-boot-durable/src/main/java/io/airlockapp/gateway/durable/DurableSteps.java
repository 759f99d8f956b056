/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

import io.airlockapp.gateway.durable.exchange.ApprovalSteps;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.durable.step.StepScheduler;
import io.airlockapp.gateway.support.Ticker;

import org.springframework.transaction.support.TransactionOperations;

/**
 * Creates the steps of calls from their collaborators.
 *
 * @param store the store of calls
 * @param scheduler the scheduler of steps
 * @param transactions the transactions of workers
 * @param publisher the publisher of changes
 * @param counts the numbers of undecided calls
 * @param settings the settings
 * @param clock the time of day
 */
public record DurableSteps(DurableCallStore store, StepScheduler scheduler, TransactionOperations transactions,
		TransitionPublisher publisher, PendingCounts counts, DurableSettings settings, InstantSource clock) {

	/**
	 * Create the step that asks for decisions.
	 * @param steps the steps of an exchange
	 * @param deniedByPolicy whether a policy denies a call
	 * @param otherPairings the calls for which another pairing was asked
	 * @param onUnverified the callback for decisions that do not verify
	 * @param halted whether an operator has halted all calls
	 * @param random the source of jitter
	 * @return the step
	 */
	public AskStep ask(ApprovalSteps steps, Predicate<DurableCall> deniedByPolicy, WaitingCalls otherPairings,
			Runnable onUnverified, BooleanSupplier halted, RandomGenerator random) {
		return new AskStep(this.store, transitions(), ballots(), steps, this.counts,
				new AskSchedule(this.settings, random), deniedByPolicy, otherPairings, onUnverified, halted,
				this.settings.approvers().persons(), this.clock);
	}

	/**
	 * Create the step that runs approved calls.
	 * @param approvedCalls the approved calls
	 * @param contexts the contexts to restore
	 * @param missingTargets the calls whose method this instance does not have
	 * @param otherPairings the calls for which another pairing was asked
	 * @param ticker the ticker for pauses
	 * @param random the source of jitter
	 * @return the step
	 */
	public RunStep run(ApprovedCalls approvedCalls, List<DurableContext> contexts, WaitingCalls missingTargets,
			WaitingCalls otherPairings, Ticker ticker, RandomGenerator random) {
		return new RunStep(this.store, transitions(), approvedCalls, contexts, missingTargets, otherPairings,
				this.settings, this.clock, ticker, random);
	}

	/**
	 * Create the step that calls handlers.
	 * @param handlers the handlers
	 * @param handlerTransactions the transactions of handlers
	 * @return the step
	 */
	public TellStep tell(List<DurableApprovalHandler> handlers, TransactionOperations handlerTransactions) {
		return new TellStep(this.store, handlers, handlerTransactions, this.settings.approvers().persons(),
				this.settings.halfOfRunThreads(), this.clock);
	}

	/**
	 * Create the operations of applications.
	 * @param recorder the recorder of calls
	 * @param callerTransactions the transactions of callers
	 * @param reading the transactions of callers for reading
	 * @return the operations
	 */
	public DurableApprovals approvals(CallRecorder recorder, TransactionOperations callerTransactions,
			TransactionOperations reading) {
		return new DefaultDurableApprovals(this.store, this.scheduler, recorder, callerTransactions, reading,
				this.publisher, this.counts, this.settings, this.clock);
	}

	/**
	 * Create the step that asks more approvers of a group.
	 * @param halted whether an operator has halted all calls
	 * @return the step
	 */
	public EscalateStep escalate(BooleanSupplier halted) {
		return new EscalateStep(this.store, ballots(), halted, this.clock);
	}

	private BallotTransitions ballots() {
		return new BallotTransitions(this.store, this.scheduler, this.transactions, this.publisher,
				this.settings.approvers().persons(), Duration.ofMinutes(1).dividedBy(this.settings.requestsPerMinute()),
				this.clock);
	}

	private CallTransitions transitions() {
		return new CallTransitions(this.store, this.scheduler, this.transactions, this.publisher,
				this.settings.approvers().persons(), this.clock);
	}

}
