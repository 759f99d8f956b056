/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.maintenance;

import java.time.InstantSource;
import java.util.List;

import io.airlockapp.gateway.durable.DurableCallStore;
import io.airlockapp.gateway.durable.step.StepScheduler;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.transaction.support.TransactionOperations;

/**
 * Schedules the steps of calls that have none although their states require one. Since a
 * state and its step are changed in one transaction, this is the case only if rows of
 * steps were deleted, or restored from another backup than the calls.
 */
public final class MissingStepScheduler {

	private static final Log logger = LogFactory.getLog(MissingStepScheduler.class);

	private static final List<Step> STEPS = List.of(Step.ASK_FIRST, Step.ESCALATE, Step.RUN, Step.NOTIFY);

	private static final int LIMIT = 1000;

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	private final DurableCallStore store;

	private final StepScheduler scheduler;

	private final TransactionOperations transactions;

	private final InstantSource clock;

	/**
	 * Create a scheduler.
	 * @param store the store of calls
	 * @param scheduler the scheduler of steps
	 * @param transactions the transactions of workers
	 * @param clock the time of day
	 */
	public MissingStepScheduler(DurableCallStore store, StepScheduler scheduler, TransactionOperations transactions,
			InstantSource clock) {
		this.store = store;
		this.scheduler = scheduler;
		this.transactions = transactions;
		this.clock = clock;
	}

	/**
	 * Schedule missing steps.
	 * <p>
	 * If a call goes on meanwhile, its step is scheduled once more at most: each step
	 * reads the state, and ends if it has nothing to do. A run step never starts a call
	 * that is claimed, but records that its outcome is not known. A process that is alive
	 * after all still stores the outcome.
	 * @return the number of scheduled steps
	 */
	public int schedule() {
		int scheduled = 0;
		for (Step step : STEPS) {
			for (String id : this.store.findWithoutStep(step, LIMIT)) {
				this.transactions
					.executeWithoutResult((status) -> this.scheduler.schedule(step, id, this.clock.instant()));
				logger.debug("Approval %s has no step %s, and gets one".formatted(id, step.taskName()));
				scheduled++;
			}
		}
		if (scheduled > 0) {
			this.warnings.warn(("%s durable approvals had no scheduled step, and get one. "
					+ "Make sure that nothing else changes the tables of durable approvals")
				.formatted(scheduled));
		}
		else {
			this.warnings.reset();
		}
		return scheduled;
	}

}
