/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.time.Instant;

import io.airlockapp.gateway.ApprovalListener.Attempt;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.PendingApproval;

/**
 * Holds what the requests of one call have in common, whichever pairings they ask.
 *
 * @param request the request of the application
 * @param artifactType the type of review that is requested
 * @param admission the places of the call
 * @param attempt the callback for the progress of the call
 * @param createdAt the time of creation
 * @param timeout the time that the approvers have to decide
 * @param deadline the time until which a decision is accepted
 */
record ApprovalCall(ApprovalRequest request, String artifactType, Admission admission, Attempt attempt,
		Instant createdAt, Duration timeout, ApprovalDeadline deadline) {

	/**
	 * Return the call as it is registered.
	 * @param requestId the id of the call
	 */
	PendingApproval pending(String requestId) {
		return new PendingApproval(requestId, this.request.getLabel(), this.createdAt,
				this.createdAt.plus(this.timeout));
	}

}
