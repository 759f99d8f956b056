package io.airlockapp.gateway.approval.guard;

import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.policy.DoNotDisturb;

/**
 * Gate that denies the calls that a do-not-disturb policy denies, without an approval
 * request. All other calls are delegated, even if a policy approves them.
 */
public final class DenyingPolicyApprovalGate implements ApprovalGate {

	private final ApprovalGate delegate;

	private final PolicyLookup policies;

	/**
	 * Create a gate.
	 * @param delegate the gate to delegate to
	 * @param doNotDisturb the policies
	 * @param artifactType the artifact type of calls whose annotation does not set it
	 * @param publisher the publisher of the denials by policies
	 */
	public DenyingPolicyApprovalGate(ApprovalGate delegate, DoNotDisturb doNotDisturb, String artifactType,
			DenialPublisher publisher) {
		this.delegate = delegate;
		this.policies = new PolicyLookup(doNotDisturb, artifactType, publisher);
	}

	@Override
	public void authorize(GuardedCall call) {
		// A policy's approval is ignored, so that a person decides
		this.policies.findApproval(call);
		this.delegate.authorize(call);
	}

}
