package io.airlockapp.gateway.approval.gate;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;

/**
 * Gate that refuses all calls, for an application that can't request approvals.
 */
final class ClosedApprovalGate implements ApprovalGate {

	private final String reason;

	private final RefusalReporter reporter;

	ClosedApprovalGate(String reason, RefusalReporter reporter) {
		this.reason = reason;
		this.reporter = reporter;
	}

	@Override
	public void pass(GuardedCall call) {
		throw this.reporter.refused(call,
				new ApprovalUnavailableException("%s needs an approval. %s".formatted(call, this.reason), null, null));
	}

}
