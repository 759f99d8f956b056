package io.airlockapp.gateway.approval.gate;

import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;

/**
 * Denies the calls that a policy denies. No code path lets a policy approve a call.
 */
final class DenyingPolicyGate implements ApprovalGate {

	private final ApprovalGate delegate;

	private final PolicyLookup policies;

	DenyingPolicyGate(ApprovalGate delegate, PolicyLookup policies) {
		this.delegate = delegate;
		this.policies = policies;
	}

	@Override
	public void pass(GuardedCall call) {
		this.policies.findApproval(GuardedInvocation.of(call));
		this.delegate.pass(call);
	}

}
