package io.airlockapp.gateway.approval.guard;

import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.approval.guard.PolicyLookup.PolicyApproval;
import io.airlockapp.gateway.exchange.DndAudit;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.policy.DoNotDisturb;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Gate that denies the calls that a policy denies, and authorizes those that a policy
 * approves if their pairing is in force, although the approval is not signed. It is used
 * only with {@code airlock.gateway.dnd.mode=full}.
 */
public final class PolicyApprovalGate implements ApprovalGate {

	private static final Log logger = LogFactory.getLog(PolicyApprovalGate.class);

	private final ApprovalGate delegate;

	private final PolicyLookup policies;

	private final PairingSource pairings;

	private final DenialPublisher publisher;

	private final DndAudit audit;

	/**
	 * Create a gate.
	 * @param delegate the gate to delegate to
	 * @param doNotDisturb the policies
	 * @param artifactType the artifact type of calls whose annotation does not set it
	 * @param pairings the pairings in force
	 * @param publisher the publisher of the decisions by policies
	 * @param audit the audit that informs the approver of calls that ran
	 */
	public PolicyApprovalGate(ApprovalGate delegate, DoNotDisturb doNotDisturb, String artifactType,
			PairingSource pairings, DenialPublisher publisher, DndAudit audit) {
		this.delegate = delegate;
		this.policies = new PolicyLookup(doNotDisturb, artifactType, publisher);
		this.pairings = pairings;
		this.publisher = publisher;
		this.audit = audit;
		logger.warn(
				"Do-not-disturb policies can let guarded methods run WITHOUT a person's signature, and the gateway can forge such policies, since 'airlock.gateway.dnd.mode' is 'full'");
	}

	@Override
	public void authorize(GuardedCall guardedCall) {
		MethodGuardedCall call = MethodGuardedCall.of(guardedCall);
		PolicyApproval approval = this.policies.findApproval(call);
		if (approval == null || !isInForce(approval.request().getPairing())) {
			this.delegate.authorize(call);
			return;
		}
		logger.info("Approval of '%s' decided by policy: %s runs without a request, by %s"
			.formatted(approval.request().getLabel(), call, PolicyLookup.describe(approval.decision())));
		this.publisher.passed(call, ApprovalResult.POLICY);
		// Only after the last comparison, since calls that do not run are not audited
		call.onStart(() -> this.audit.send(approval.request(), Verdict.APPROVE));
	}

	private boolean isInForce(String pairing) {
		try {
			return this.pairings.getPairing(pairing) != null;
		}
		catch (RuntimeException ex) {
			// The delegate reports the problem
			return false;
		}
	}

}
