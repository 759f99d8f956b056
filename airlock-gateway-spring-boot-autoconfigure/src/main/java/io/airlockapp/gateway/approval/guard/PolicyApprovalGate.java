/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import io.airlockapp.gateway.ApprovalDeniedByPolicyException;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.client.SafeText;
import io.airlockapp.gateway.policy.DndAudit;
import io.airlockapp.gateway.policy.DndRule;
import io.airlockapp.gateway.policy.DndRules;
import io.airlockapp.gateway.policy.DndSubject;
import io.airlockapp.gateway.policy.DoNotDisturb;
import io.airlockapp.gateway.support.VisibleText;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Gate that denies the calls that a do-not-disturb policy denies, without an approval
 * request. With {@code airlock.gateway.dnd.mode=full} only, it authorizes those that a
 * policy approves if theirs is the default pairing and in force, although the approval is
 * not signed. Calls that need the approval of a group are not among them.
 *
 * @param delegate the gate to delegate to
 * @param doNotDisturb the policies
 * @param artifactType the artifact type of calls whose annotation does not set it
 * @param pairings the pairings in force
 * @param publisher the publisher of the decisions by policies
 * @param audit the audit that informs the approver of calls that ran, or {@code null} if
 * a person decides about all calls that no policy denies
 */
public record PolicyApprovalGate(ApprovalGate delegate, DoNotDisturb doNotDisturb, String artifactType,
		PairingSource pairings, DenialPublisher publisher, @Nullable DndAudit audit) implements ApprovalGate {

	private static final Log logger = LogFactory.getLog(PolicyApprovalGate.class);

	public PolicyApprovalGate {
		if (audit != null) {
			logger.warn(
					"Do-not-disturb policies can let guarded methods run WITHOUT a person's signature, and the gateway can forge such policies, because 'airlock.gateway.dnd.mode' is 'full'");
		}
	}

	@Override
	public void authorize(GuardedCall guardedCall) {
		MethodGuardedCall call = MethodGuardedCall.of(guardedCall);
		DndRules rules = this.doNotDisturb.getRules();
		DndRule decision = rules.isEmpty() ? null : rules.decide(subject(call));
		if (decision != null && decision.isDenied()) {
			throw this.publisher.refused(call,
					new ApprovalDeniedByPolicyException(
							"%s was denied without a request, by %s".formatted(call, describe(decision)),
							SafeText.of(decision.id()), decision.expiresAt()));
		}
		DndAudit usedAudit = this.audit;
		// What nobody signed does not stand for the signatures of a group
		boolean approvable = call.findApprovers() == null && isApprovable(call.getPairing());
		if (decision == null || usedAudit == null || !approvable) {
			this.delegate.authorize(call);
			return;
		}
		ApprovalRequest request = call.toRequest();
		logger.info("Approval of '%s' decided by policy: %s runs without a request, by %s".formatted(request.getLabel(),
				call, describe(decision)));
		this.publisher.passed(call, ApprovalResult.POLICY);
		// Only after the comparison, since calls that do not run are not audited
		call.allowedByPolicy(() -> usedAudit.send(request));
	}

	private DndSubject subject(GuardedCall call) {
		ApprovalRequest request = call.toRequest();
		String type = request.getArtifactType(this.artifactType);
		return new DndSubject(type, request.getCommandText(), call.commandTokens());
	}

	private boolean isApprovable(String pairing) {
		try {
			// A policy names no pairing, so that another one's approvers may not know it
			return Pairing.DEFAULT_NAME.equals(pairing) && this.pairings.getPairing(pairing) != null;
		}
		catch (Exception ex) {
			// The delegate reports the problem
			return false;
		}
	}

	private static String describe(DndRule decision) {
		return "the do-not-disturb policy %s (%s for %s, until %s)".formatted(
				VisibleText.quote(SafeText.of(decision.id())), decision.isDenied() ? "deny_all" : "approve_all",
				decision.isForAction() ? "this action" : "this workspace", decision.expiresAt());
	}

}
