package io.airlockapp.gateway.exchange;

import java.time.Duration;

import io.airlockapp.gateway.support.Deadline;

/**
 * Holds the deadlines of one exchange.
 *
 * @param decision the end of the time in which a decision counts
 * @param waiting the end of the wait. The rest is for withdrawing, so that a decision
 * that is found then is still in time
 * @param requests the end of requests that hang, which leaves time to withdraw. It is
 * later than the end of the wait, as the gateway holds requests for whole seconds
 */
record ExchangeDeadlines(ApprovalDeadline decision, ApprovalDeadline waiting, Deadline requests) {

	static ExchangeDeadlines of(ApprovalDeadline decision, Duration leaveMargin) {
		return new ExchangeDeadlines(decision, decision.minus(leaveMargin),
				decision.minus(leaveMargin.multipliedBy(3).dividedBy(4)).elapsed());
	}

}
