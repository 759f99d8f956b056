package io.airlockapp.samples.refundstatus;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalTimeoutException;

/**
 * Refund in progress, from the wait for a person's decision to its end.
 */
final class PendingRefund {

	private final RefundOrder order;

	private final CompletableFuture<ApprovalDecision> approval;

	private final CompletableFuture<RefundState> end;

	/**
	 * Follow an approval.
	 * @param order what was asked for
	 * @param approval the decision on it
	 * @param maker makes the refund once it is approved
	 * @param executor runs the maker, so that the thread that got the decision is free
	 */
	PendingRefund(RefundOrder order, CompletableFuture<ApprovalDecision> approval, Consumer<RefundOrder> maker,
			Executor executor) {
		this.order = order;
		this.approval = approval;
		this.end = approval.thenApplyAsync((decision) -> {
			if (!decision.isApproved()) {
				return RefundState.DENIED;
			}
			maker.accept(order);
			return RefundState.DONE;
		}, executor);
	}

	RefundStatus status() {
		return new RefundStatus(state(), this.order.order(), this.order.amount());
	}

	private RefundState state() {
		if (this.end.isDone()) {
			return this.end.exceptionally((ex) -> stateAfter(unwrap(ex))).join();
		}
		return (this.approval.isDone() && !this.approval.isCompletedExceptionally()
				&& this.approval.join().isApproved()) ? RefundState.APPROVED : RefundState.PENDING;
	}

	private static Throwable unwrap(Throwable ex) {
		return (ex.getCause() != null) ? ex.getCause() : ex;
	}

	private static RefundState stateAfter(Throwable failure) {
		if (failure instanceof CancellationException) {
			return RefundState.CANCELLED;
		}
		return (failure instanceof ApprovalTimeoutException) ? RefundState.EXPIRED : RefundState.FAILED;
	}

	/**
	 * Withdraw the request. Of this and a decision, only one wins.
	 * @return whether the refund is cancelled, and will never be made
	 */
	boolean cancel() {
		return this.approval.cancel(true) || this.approval.isCancelled();
	}

}
