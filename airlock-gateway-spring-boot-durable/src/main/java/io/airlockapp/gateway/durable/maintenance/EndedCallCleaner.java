/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.maintenance;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

import io.airlockapp.gateway.durable.DurableCallStore;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.transaction.support.TransactionOperations;

/**
 * Deletes calls that ended long ago, even if their handlers never succeeded.
 *
 * @param store the store of calls
 * @param transactions the transactions of workers
 * @param retention the time for which ended calls are kept
 * @param clock the time of day
 */
public record EndedCallCleaner(DurableCallStore store, TransactionOperations transactions, Duration retention,
		InstantSource clock) {

	private static final Log logger = LogFactory.getLog(EndedCallCleaner.class);

	/**
	 * Delete the calls whose time to be kept is over.
	 */
	public void clean() {
		Instant endedBefore = this.clock.instant().minus(this.retention);
		List<String> untold = this.transactions.execute((status) -> this.store.deleteEnded(endedBefore));
		if (!untold.isEmpty()) {
			logger
				.warn("%s durable approvals are deleted after their retention, although their handlers never succeeded"
					.formatted(untold.size()));
			logger.debug("Deleted, although handlers never succeeded: " + untold);
		}
	}

}
