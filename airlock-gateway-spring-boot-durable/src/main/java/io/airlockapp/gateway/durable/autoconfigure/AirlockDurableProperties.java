/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of durable approvals.
 *
 * @param enabled Whether calls of durable methods are recorded; if not, they are refused.
 * @param worker Whether this instance asks for decisions and runs approved calls; if not,
 * it only records calls.
 * @param timeout Time that the approver has to decide, unless the annotation or a group
 * sets it, from 1s to 7d.
 * @param grace Time after the timeout until which an approved call may start.
 * @param maxPending Maximum number of calls that wait for a decision; further calls are
 * refused.
 * @param askThreads Number of threads that ask the gateway for decisions.
 * @param runThreads Number of threads that run approved calls and handlers.
 * @param callsPerMinute Number of requests to the gateway that all instances share for
 * durable approvals.
 * @param maxPollInterval Longest time between two requests for the same decision, unless
 * the number of waiting calls requires more.
 * @param pollingInterval Interval at which the database is searched for due work.
 * @param heartbeatInterval Interval at which running work is marked in the database; work
 * with six missed marks is taken over.
 * @param attempts Maximum number of starts of an approved call whose method throws an
 * exception before a transaction of it was committed; only for methods whose failures
 * have no effects elsewhere.
 * @param retention Time for which ended approvals are kept.
 * @param keepPlaintext Whether the text that the approver saw is kept after the end.
 * @param shutdownTimeout Time to wait for running methods when the application stops.
 */
@ConfigurationProperties("airlock.gateway.durable")
record AirlockDurableProperties(@DefaultValue("true") boolean enabled, @DefaultValue("true") boolean worker,
		@DefaultValue("24h") Duration timeout, @DefaultValue("5m") Duration grace, @DefaultValue("1000") int maxPending,
		@DefaultValue("4") int askThreads, @DefaultValue("4") int runThreads, @DefaultValue("30") int callsPerMinute,
		@DefaultValue("2m") Duration maxPollInterval, @DefaultValue("2s") Duration pollingInterval,
		@DefaultValue("10s") Duration heartbeatInterval, @DefaultValue("1") int attempts,
		@DefaultValue("30d") Duration retention, @DefaultValue("false") boolean keepPlaintext,
		@DefaultValue("30s") Duration shutdownTimeout) {

	@Override
	public String toString() {
		return "AirlockDurableProperties";
	}

}
