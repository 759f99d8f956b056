package io.airlockapp.gateway.approval;

import io.airlockapp.gateway.ApprovalUnavailableException;

/**
 * The gate of an application in which nobody can be asked.
 */
final class ClosedApprovalGate implements ApprovalGate {

	private final String reason;

	ClosedApprovalGate(String reason) {
		this.reason = reason;
	}

	@Override
	public void pass(GuardedCall call) {
		throw new ApprovalUnavailableException("%s needs an approval. %s".formatted(call, this.reason), null, null);
	}

}
