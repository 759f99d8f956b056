package io.airlockapp.gateway.exchange;

import java.time.Duration;

import io.airlockapp.gateway.client.Deadline;

/**
 * Holds the deadlines of one exchange.
 *
 * @param decision until when a decision counts
 * @param waiting until when it is waited for. The rest is for withdrawing, so that a
 * decision that is found then is still in time
 * @param requests when requests that hang end, so that they leave time to withdraw. It is
 * later than the end of waiting, as the gateway holds requests for whole seconds
 */
record ExchangeDeadlines(ApprovalDeadline decision, ApprovalDeadline waiting, Deadline requests) {

	static ExchangeDeadlines of(ApprovalDeadline decision, Duration leaveMargin) {
		return new ExchangeDeadlines(decision, decision.minus(leaveMargin),
				decision.minus(leaveMargin.multipliedBy(3).dividedBy(4)).elapsed());
	}

}
