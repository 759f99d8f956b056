package io.airlockapp.gateway.approval.gate;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.VisibleText;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.client.SafeText;

/**
 * Gate that authorizes a call only with a verified approval of exactly this call.
 */
final class EnforcingApprovalGate implements ApprovalGate {

	private final AirlockGatewayOperations operations;

	private final ApprovalJournal journal;

	private final DenialPublisher publisher;

	EnforcingApprovalGate(AirlockGatewayOperations operations, ApprovalJournal journal, DenialPublisher publisher) {
		this.operations = operations;
		this.journal = journal;
		this.publisher = publisher;
	}

	@Override
	public void authorize(GuardedCall guardedCall) {
		// Can fail, so it comes before the request: an approval must not get lost
		GuardedInvocation call = GuardedInvocation.of(guardedCall);
		ApprovalDecision decision = this.operations.requestApproval(call.toRequest());
		if (!decision.isApproved()) {
			throw new ApprovalDeniedException("%s was denied%s".formatted(call, reason(decision)), decision.requestId(),
					decision.reason());
		}
		call.approved(decision.requestId());
		claim(call, decision.requestId());
	}

	private void claim(GuardedCall call, String requestId) {
		boolean claimed;
		try {
			claimed = this.journal.claim(requestId);
		}
		catch (RuntimeException | Error ex) {
			throw this.publisher.refused(call, new ApprovalUnavailableException(
					"%s was approved (request %s), but the journal of approvals can't be written, so it does not run"
						.formatted(call, requestId),
					requestId, ex));
		}
		if (!claimed) {
			throw this.publisher.refused(call,
					new ApprovalVerificationException(
							"The approval of %s (request %s) has been used already".formatted(call, requestId),
							requestId, null));
		}
	}

	private static String reason(ApprovalDecision decision) {
		// The gateway may have written the reason, if the form does not sign it
		return " (request %s)%s".formatted(decision.requestId(),
				(decision.reason() != null) ? ": " + VisibleText.quote(SafeText.of(decision.reason())) : "");
	}

}
