package io.airlockapp.gateway.approval.gate;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.exchange.Admission;
import io.airlockapp.gateway.exchange.PendingApprovals;

/**
 * Admits calls before any other processing, if a permit for a pending call is available
 * and the arguments can be shown.
 */
final class AdmittingApprovalGate implements ApprovalGate {

	private final ApprovalGate delegate;

	private final PendingApprovals pending;

	private final DenialPublisher publisher;

	AdmittingApprovalGate(ApprovalGate delegate, PendingApprovals pending, DenialPublisher publisher) {
		this.delegate = delegate;
		this.pending = pending;
		this.publisher = publisher;
	}

	@Override
	public Admission admit(GuardedCall call) {
		try {
			Admission admission = this.pending.admit(call.toString(), call.findRequester(), call.getPairing());
			try {
				call.toRequest();
				return admission;
			}
			catch (Throwable ex) {
				admission.close();
				throw ex;
			}
		}
		catch (ApprovalUnavailableException ex) {
			throw this.publisher.refused(call, ex);
		}
	}

	@Override
	public void authorize(GuardedCall call) {
		this.delegate.authorize(call);
	}

}
