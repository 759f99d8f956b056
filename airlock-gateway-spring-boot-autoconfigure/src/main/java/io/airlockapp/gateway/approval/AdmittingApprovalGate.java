package io.airlockapp.gateway.approval;

import io.airlockapp.gateway.Admission;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.PendingApprovals;

/**
 * Admits calls before anything is done for them, as long as there is a place among those
 * that wait.
 */
final class AdmittingApprovalGate implements ApprovalGate {

	private final ApprovalGate delegate;

	private final PendingApprovals pending;

	private final RefusalReporter reporter;

	AdmittingApprovalGate(ApprovalGate delegate, PendingApprovals pending, RefusalReporter reporter) {
		this.delegate = delegate;
		this.pending = pending;
		this.reporter = reporter;
	}

	@Override
	public Admission admit(GuardedCall call) {
		try {
			return this.pending.admit(call.toString(), call.findRequester(), call.getPairing());
		}
		catch (ApprovalUnavailableException ex) {
			throw this.reporter.refused(call, ex);
		}
	}

	@Override
	public void pass(GuardedCall call) {
		this.delegate.pass(call);
	}

}
