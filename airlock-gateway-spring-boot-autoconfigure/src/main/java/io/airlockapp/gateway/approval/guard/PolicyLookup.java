package io.airlockapp.gateway.approval.guard;

import io.airlockapp.gateway.ApprovalDeniedByPolicyException;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.VisibleText;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.client.SafeText;
import io.airlockapp.gateway.policy.DndDecision;
import io.airlockapp.gateway.policy.DndRules;
import io.airlockapp.gateway.policy.DndSubject;
import io.airlockapp.gateway.policy.DoNotDisturb;
import org.jspecify.annotations.Nullable;

/**
 * Finds the decision of do-not-disturb policies about a call.
 */
final class PolicyLookup {

	private final DoNotDisturb doNotDisturb;

	private final String artifactType;

	private final DenialPublisher publisher;

	PolicyLookup(DoNotDisturb doNotDisturb, String artifactType, DenialPublisher publisher) {
		this.doNotDisturb = doNotDisturb;
		this.artifactType = artifactType;
		this.publisher = publisher;
	}

	/**
	 * Find a policy that approves a call.
	 * @param call the call, whose snapshot is taken if there are policies
	 * @return the approval, or {@code null} if there is none
	 * @throws ApprovalDeniedByPolicyException if a policy denies the call
	 */
	@Nullable PolicyApproval findApproval(GuardedCall call) {
		DndRules rules = this.doNotDisturb.getRules();
		if (rules.isEmpty()) {
			return null;
		}
		ApprovalRequest request = call.toRequest();
		String type = request.getArtifactType(this.artifactType);
		DndDecision decision = rules.decide(new DndSubject(type, request.getCommandText(), call.commandTokens()));
		if (decision == null) {
			return null;
		}
		if (decision.isDenied()) {
			throw this.publisher.refused(call,
					new ApprovalDeniedByPolicyException(
							"%s was denied without a request, by %s".formatted(call, describe(decision)),
							SafeText.of(decision.policyId()), decision.expiresAt()));
		}
		return new PolicyApproval(decision, request);
	}

	static String describe(DndDecision decision) {
		return "the do-not-disturb policy %s (%s for %s, until %s)".formatted(
				VisibleText.quote(SafeText.of(decision.policyId())), decision.isDenied() ? "deny_all" : "approve_all",
				decision.forAction() ? "this action" : "this workspace", decision.expiresAt());
	}

	/**
	 * Holds a policy's approval and the request that it approves.
	 *
	 * @param decision the decision of the policy
	 * @param request the request that a person would have been shown
	 */
	record PolicyApproval(DndDecision decision, ApprovalRequest request) {
	}

}
