/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.PendingApproval;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes an {@link ApprovalRequestedEvent} and an {@link ApprovalDecidedEvent} for
 * each approval.
 */
public final class ApprovalEventPublisher implements ApprovalListener {

	private final ApplicationEventPublisher publisher;

	/**
	 * Create a publisher.
	 * @param publisher the publisher of application events
	 */
	public ApprovalEventPublisher(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	@Override
	public Attempt begin(ApprovalRequest request, String artifactType) {
		return new Attempt() {

			@Override
			public void submitting(PendingApproval approval) {
				ApprovalEventPublisher.this.publisher
					.publishEvent(new ApprovalRequestedEvent(approval, artifactType, request.getGate()));
			}

			@Override
			public void ended(ApprovalOutcome outcome) {
				ApprovalEventPublisher.this.publisher.publishEvent(
						new ApprovalDecidedEvent(outcome, request.getLabel(), artifactType, request.getGate()));
			}

		};
	}

}
