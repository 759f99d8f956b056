/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

import java.util.List;

import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.PendingApproval;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes an {@link ApprovalDecidedEvent} for each approval that has ended, and an
 * {@link ApprovalRequestedEvent} before it if a request is sent for which a thread waits.
 * An {@link ApprovalVoteEvent} or an {@link ApprovalEscalatedEvent} is published for each
 * vote and each escalation of a group.
 *
 * @param publisher the publisher of application events
 */
public record ApprovalEventPublisher(ApplicationEventPublisher publisher) implements ApprovalListener {

	@Override
	public Attempt begin(ApprovalRequest request, String artifactType) {
		return resume(request, artifactType, null);
	}

	@Override
	public Attempt resume(ApprovalRequest request, String artifactType, @Nullable String requestId) {
		return new Attempt() {

			private volatile @Nullable String callId = requestId;

			@Override
			public void submitting(PendingApproval approval) {
				this.callId = approval.requestId();
				ApprovalEventPublisher.this.publisher
					.publishEvent(new ApprovalRequestedEvent(approval, artifactType, request.getGate()));
			}

			@Override
			public void voted(ApprovalVote vote) {
				ApprovalEventPublisher.this.publisher.publishEvent(new ApprovalVoteEvent(this.callId,
						String.valueOf(request.getApprovers()), vote, request.getLabel(), request.getGate()));
			}

			@Override
			public void escalated(int step, List<String> pairings, boolean unavailable) {
				ApprovalEventPublisher.this.publisher
					.publishEvent(new ApprovalEscalatedEvent(this.callId, String.valueOf(request.getApprovers()), step,
							pairings, unavailable, request.getLabel(), request.getGate()));
			}

			@Override
			public void ended(ApprovalOutcome outcome) {
				ApprovalEventPublisher.this.publisher.publishEvent(new ApprovalDecidedEvent(outcome, request.getLabel(),
						artifactType, request.getGate(), request.getRequester()));
			}

		};
	}

}
