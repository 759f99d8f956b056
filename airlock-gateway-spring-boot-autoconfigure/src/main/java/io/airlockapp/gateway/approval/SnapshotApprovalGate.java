package io.airlockapp.gateway.approval;

import io.airlockapp.gateway.ApprovalUnavailableException;

/**
 * Refuses calls whose arguments can't be shown, before anything is looked up or anybody
 * is asked.
 */
final class SnapshotApprovalGate implements ApprovalGate {

	private final ApprovalGate delegate;

	private final RefusalReporter reporter;

	SnapshotApprovalGate(ApprovalGate delegate, RefusalReporter reporter) {
		this.delegate = delegate;
		this.reporter = reporter;
	}

	@Override
	public void pass(GuardedCall call) {
		try {
			call.toRequest();
		}
		catch (ApprovalUnavailableException ex) {
			throw this.reporter.refused(call, ex);
		}
		this.delegate.pass(call);
	}

}
