/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.approval.snapshot.AsynchronousTypes;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.exchange.Admission;
import io.airlockapp.gateway.exchange.PendingApprovals;
import reactor.core.scheduler.Schedulers;

/**
 * Gate that refuses calls that must not wait, before anything else is done for them:
 * calls without an admission or with arguments that cannot be shown, calls inside an open
 * transaction, unless that is allowed, and calls in an event-loop thread.
 *
 * @param delegate the gate that decides about calls that may wait
 * @param pending the pending approvals, which limit the number of admissions
 * @param approvers the groups of approvers, of which each pairing takes a place
 * @param allowInTransaction whether all calls may wait inside an open transaction
 * @param publisher the publisher of the denials of this gate
 */
public record AdmittingApprovalGate(ApprovalGate delegate, PendingApprovals pending, ApproverGroups approvers,
		boolean allowInTransaction, DenialPublisher publisher) implements ApprovalGate {

	@Override
	public Admission admit(GuardedCall call) {
		try {
			String requester = call.findRequester();
			Admission admission = this.pending.admit(call.toString(), requester,
					this.approvers.pairings(call.findApprovers(), requester, call.getPairing()));
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
		if (call.isInTransaction() && !this.allowInTransaction && !call.isAllowedInTransaction()) {
			throw this.publisher.refused(call, new InvalidApprovalUsageException(
					"%s was called inside an open transaction%s, which would stay open while a person decides. %s"
						.formatted(call, OpenTransactions.describeName(), OpenTransactions.remedy())));
		}
		if (isInEventLoop()) {
			throw this.publisher.refused(call, new InvalidApprovalUsageException(
					("%s was called in an event loop's thread, which serves others and must not wait. Return a Mono, a "
							+ "Flux or a CompletableFuture from it, or call it on Schedulers.boundedElastic(), or in Kotlin in runInterruptible(Dispatchers.IO)")
						.formatted(call)));
		}
		this.delegate.authorize(call);
	}

	/**
	 * Return whether the current thread must not block, according to Reactor.
	 * @return {@code false} without Reactor
	 */
	public static boolean isInEventLoop() {
		return AsynchronousTypes.REACTOR_PRESENT && Schedulers.isInNonBlockingThread();
	}

}
