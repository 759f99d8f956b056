/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.audit;

import java.util.LinkedHashMap;
import java.util.Map;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.client.SafeText;
import io.airlockapp.gateway.halt.ApprovalHaltEvent;
import io.airlockapp.gateway.halt.HaltState;
import io.airlockapp.gateway.harp.DecisionEvidence;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;

/**
 * Publishes one {@link AuditApplicationEvent} for each approval when it has ended, and
 * for each invocation that was refused without a request. Its type is {@code AIRLOCK_}
 * and the result, such as {@code AIRLOCK_APPROVED}. Each vote of an approver of a group
 * is recorded as it comes, since a crash must not lose it. A halt of all guarded methods
 * and its end, and the operations of operators are recorded, too.
 *
 * @param publisher the publisher of the events
 * @param principal the principal of the events
 * @param evidence whether events contain the evidence of a decision
 */
public record ApprovalAuditor(ApplicationEventPublisher publisher, String principal,
		boolean evidence) implements ApprovalListener {

	private static final String TYPE_PREFIX = "AIRLOCK_";

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
			}

			@Override
			public void voted(ApprovalVote vote) {
				Map<String, Object> data = ofCall(request, this.callId);
				data.putAll(data(vote));
				publish("AIRLOCK_VOTE", data);
			}

			@Override
			public void tampered(AirlockGatewayException failure) {
				Map<String, Object> data = ofCall(request, this.callId);
				put(data, "ballotId", failure.getRequestId());
				put(data, "failure", failure.getClass().getSimpleName());
				publish("AIRLOCK_TAMPERING", data);
			}

			@Override
			public void ended(ApprovalOutcome outcome) {
				publish(TYPE_PREFIX + outcome.result(), data(request, artifactType, outcome));
			}

		};
	}

	private void publish(String type, Map<String, Object> data) {
		this.publisher.publishEvent(new AuditApplicationEvent(new AuditEvent(this.principal, type, data)));
	}

	private static Map<String, Object> ofCall(ApprovalRequest request, @Nullable String callId) {
		Map<String, Object> data = new LinkedHashMap<>();
		put(data, "requestId", callId);
		put(data, "label", request.getLabel());
		put(data, "gate", request.getGate());
		put(data, "approvers", request.getApprovers());
		put(data, "requester", request.getRequester());
		return data;
	}

	private Map<String, Object> data(ApprovalVote vote) {
		Map<String, Object> data = new LinkedHashMap<>();
		put(data, "pairing", vote.pairing());
		put(data, "ballotId", vote.requestId());
		put(data, "verdict", vote.verdict().name());
		put(data, "counted", vote.counted());
		putSignature(data, vote.signerKeyId(), vote.signerKeyFingerprint(), vote.reason(), vote.evidence());
		return data;
	}

	private void putSignature(Map<String, Object> data, String signerKeyId, String fingerprint, @Nullable String reason,
			DecisionEvidence proof) {
		put(data, "signerKeyId", signerKeyId);
		put(data, "signerKeyFingerprint", fingerprint);
		// The gateway can forge the reason if the signature's form does not include it
		put(data, "reason", (reason != null) ? SafeText.of(reason) : null);
		put(data, "evidence", this.evidence ? proof : null);
	}

	/**
	 * Publish the event for an operation of the endpoint.
	 * @param operator the operator, or {@code null} if unknown
	 * @param operation the operation and its parameters
	 */
	public void operated(@Nullable String operator, Map<String, Object> operation) {
		this.publisher.publishEvent(new AuditApplicationEvent((operator != null) ? operator : this.principal,
				"AIRLOCK_OPERATION", operation));
	}

	@EventListener
	void onHalt(ApprovalHaltEvent event) {
		HaltState halted = event.halted();
		Map<String, Object> data = (halted != null) ? Map.of("reason", halted.reason()) : Map.of();
		String operator = (event.operator() != null) ? event.operator() : this.principal;
		this.publisher.publishEvent(
				new AuditApplicationEvent(operator, (halted != null) ? "AIRLOCK_HALT" : "AIRLOCK_RESUME", data));
	}

	private Map<String, Object> data(ApprovalRequest request, String artifactType, ApprovalOutcome outcome) {
		Map<String, Object> data = ofCall(request, outcome.requestId());
		put(data, "artifactType", artifactType);
		put(data, "elapsedMillis", outcome.elapsed().toMillis());
		ApprovalDecision decision = outcome.decision();
		if (decision != null) {
			putSignature(data, decision.signerKeyId(), decision.signerKeyFingerprint(), decision.reason(),
					decision.evidence());
		}
		if (request.getApprovers() != null) {
			put(data, "votes", outcome.votes().stream().map(this::data).toList());
		}
		put(data, "failure", (outcome.failure() != null) ? outcome.failure().getClass().getSimpleName() : null);
		return data;
	}

	private static void put(Map<String, Object> data, String name, @Nullable Object value) {
		if (value != null) {
			data.put(name, value);
		}
	}

}
