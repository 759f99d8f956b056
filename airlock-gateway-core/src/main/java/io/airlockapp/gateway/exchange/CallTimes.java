/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.time.Instant;

import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.PendingApproval;

/**
 * Holds the times of one call, which all of its requests share.
 *
 * @param createdAt the time of creation
 * @param timeout the time that the approvers have to decide
 * @param deadline the time until which a decision is accepted
 */
record CallTimes(Instant createdAt, Duration timeout, ApprovalDeadline deadline) {

	private static final Duration MAX_WITHDRAW_MARGIN = Duration.ofSeconds(2);

	PendingApproval pending(String requestId, ApprovalRequest request) {
		return new PendingApproval(requestId, request.getLabel(), this.createdAt, this.createdAt.plus(this.timeout));
	}

	/**
	 * Return the deadlines of an exchange. The withdrawal starts before the deadline, so
	 * that a decision found by it is still in time.
	 */
	ExchangeDeadlines deadlines() {
		Duration tenth = this.timeout.dividedBy(10);
		return ExchangeDeadlines.of(this.deadline,
				(tenth.compareTo(MAX_WITHDRAW_MARGIN) < 0) ? tenth : MAX_WITHDRAW_MARGIN);
	}

}
