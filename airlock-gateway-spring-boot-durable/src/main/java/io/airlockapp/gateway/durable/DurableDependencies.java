/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.InstantSource;

import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.step.StepScheduler;

import org.springframework.transaction.support.TransactionOperations;

/**
 * Holds the collaborators that the steps of calls and the operations of applications have
 * in common.
 *
 * @param store the store of calls
 * @param scheduler the scheduler of steps
 * @param transactions the transactions of workers
 * @param publisher the publisher of changes
 * @param counts the numbers of undecided calls
 * @param settings the settings
 * @param clock the time of day
 */
public record DurableDependencies(DurableCallStore store, StepScheduler scheduler, TransactionOperations transactions,
		TransitionPublisher publisher, PendingCounts counts, DurableSettings settings, InstantSource clock) {

	/**
	 * Return the persons who own the pairings.
	 */
	Persons persons() {
		return this.settings.approvers().persons();
	}

	/**
	 * Return the time between two requests at the pace of all requests.
	 */
	Duration pace() {
		return Duration.ofMinutes(1).dividedBy(this.settings.requestsPerMinute());
	}

}
