package io.airlockapp.gateway.durable;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.transaction.support.TransactionOperations;

/**
 * Deletes calls that ended long ago, even if their handlers never succeeded.
 */
public final class EndedCallCleaner {

	private static final Log logger = LogFactory.getLog(EndedCallCleaner.class);

	private final DurableCallStore store;

	private final TransactionOperations transactions;

	private final DurableSettings settings;

	private final InstantSource clock;

	EndedCallCleaner(DurableCallStore store, TransactionOperations transactions, DurableSettings settings,
			InstantSource clock) {
		this.store = store;
		this.transactions = transactions;
		this.settings = settings;
		this.clock = clock;
	}

	/**
	 * Delete the calls whose time to be kept is over.
	 */
	public void clean() {
		Instant endedBefore = this.clock.instant().minus(this.settings.retention());
		List<String> untold = new ArrayList<>();
		this.transactions.executeWithoutResult((status) -> {
			untold.addAll(this.store.findUntold(endedBefore));
			this.store.deleteEnded(endedBefore);
		});
		if (!untold.isEmpty()) {
			logger
				.warn("%d durable approvals are deleted after their retention, although their handlers never succeeded"
					.formatted(untold.size()));
			logger.debug("Deleted, although handlers never succeeded: " + untold);
		}
	}

}
