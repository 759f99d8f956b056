/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;

import io.airlockapp.gateway.support.Deadline;

/**
 * Holds the deadlines of one exchange.
 *
 * @param decision the time until which a decision is accepted
 * @param waiting the end of the wait. The remaining time is reserved for the withdrawal,
 * so that a decision found by it is still in time
 * @param requests the end of requests that hang, which leaves time for the withdrawal. It
 * is later than the end of the wait, since the gateway holds requests for whole seconds
 */
record ExchangeDeadlines(ApprovalDeadline decision, ApprovalDeadline waiting, Deadline requests) {

	static ExchangeDeadlines of(ApprovalDeadline decision, Duration leaveMargin) {
		return new ExchangeDeadlines(decision, decision.minus(leaveMargin),
				decision.minus(leaveMargin.multipliedBy(3).dividedBy(4)).elapsed());
	}

}
