/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;

import io.airlockapp.gateway.approvers.ApproverGroups;

/**
 * Settings of durable approvals.
 *
 * @param instance the name of this instance
 * @param artifactType the type of review of calls whose annotation does not set it
 * @param timeout the time to decide for calls whose annotation or group does not set it
 * @param grace the time after the expiry until which an approved call may start
 * @param maxPending the maximum number of undecided calls
 * @param equalCalls the maximum number of equal undecided calls, or 0 for no limit
 * @param askThreads the number of threads that ask for decisions
 * @param runThreads the number of threads that run approved calls and handlers
 * @param requestsPerMinute the number of requests to the gateway that all instances share
 * @param maxHold the maximum time for which the gateway holds a request
 * @param maxPollInterval the longest time between two requests for one decision, unless
 * the number of calls requires a longer one
 * @param attempts the maximum number of starts of a call whose method fails
 * @param claimValidity the time after a claim in which the method can be entered, which
 * is less than the one after which other instances regard this one as stopped
 * @param approvers the groups of approvers
 */
public record DurableSettings(String instance, String artifactType, Duration timeout, Duration grace, int maxPending,
		int equalCalls, int askThreads, int runThreads, int requestsPerMinute, Duration maxHold,
		Duration maxPollInterval, int attempts, Duration claimValidity, ApproverGroups approvers) {

	/**
	 * Return the time for which a step waits for listeners, after which a claimed method
	 * can still be entered.
	 */
	Duration listenerTime() {
		return this.claimValidity.dividedBy(2);
	}

	/**
	 * Return the number of run threads that one method, or all handlers, can use at a
	 * time, so that slow ones do not keep other calls from a start in time.
	 */
	int halfOfRunThreads() {
		return (this.runThreads + 1) / 2;
	}

}
