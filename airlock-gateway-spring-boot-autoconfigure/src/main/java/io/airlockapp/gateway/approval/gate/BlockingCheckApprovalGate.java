package io.airlockapp.gateway.approval.gate;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;

/**
 * Refuses calls inside an open transaction, and in event-loop threads, before any wait
 * starts.
 */
final class BlockingCheckApprovalGate implements ApprovalGate {

	private final ApprovalGate delegate;

	private final boolean allowInTransaction;

	private final DenialPublisher publisher;

	BlockingCheckApprovalGate(ApprovalGate delegate, boolean allowInTransaction, DenialPublisher publisher) {
		this.delegate = delegate;
		this.allowInTransaction = allowInTransaction;
		this.publisher = publisher;
	}

	@Override
	public void authorize(GuardedCall call) {
		if (call.isInTransaction() && !this.allowInTransaction && !call.isAllowedInTransaction()) {
			throw this.publisher.refused(call,
					new InvalidApprovalUsageException(
							"%s was called inside an open transaction, which would stay open while a person decides. %s"
								.formatted(call, OpenTransactions.remedy()),
							null));
		}
		if (EventLoopThreads.isCurrentThread()) {
			throw this.publisher.refused(call, new InvalidApprovalUsageException(
					("%s was called in an event loop's thread, which serves others and must not wait. Return a Mono, a "
							+ "Flux or a CompletableFuture from it, or call it on Schedulers.boundedElastic()")
						.formatted(call),
					null));
		}
		this.delegate.authorize(call);
	}

}
