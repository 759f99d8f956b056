/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.support.WaitScope;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;

/**
 * Requests approvals in background threads, on behalf of the caller's user. The request
 * is withdrawn if the future is cancelled or otherwise completed by the caller, for
 * example by a timeout.
 *
 * @param approvals the service that requests approvals
 * @param executor the executor of the background threads
 * @param userBinding binds a task to the user of the current thread
 */
record AsyncApprovals(ApprovalService approvals, AsyncTaskExecutor executor, TaskDecorator userBinding) {

	CompletableFuture<ApprovalDecision> request(ApprovalRequest request) {
		Admission admission;
		try {
			// Acquired before a thread is started
			admission = this.approvals.admit(request);
		}
		catch (AirlockGatewayException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		CompletableFuture<ApprovalDecision> result = new CompletableFuture<>();
		BackgroundApproval approval = new BackgroundApproval(request, admission, result);
		try {
			this.executor.execute(this.userBinding.decorate(approval));
			result.whenComplete((decision, ex) -> approval.abandon());
		}
		catch (Throwable ex) {
			admission.close();
			result.completeExceptionally(new ApprovalUnavailableException(
					"No thread waits for the approval of '%s' (%s): ask for fewer at a time"
						.formatted(request.getLabel(), AirlockGatewayException.safeMessage(ex)),
					null, ex));
		}
		return result;
	}

	/**
	 * Task that requests one approval in a background thread.
	 */
	private final class BackgroundApproval implements Runnable {

		private final AtomicBoolean begun = new AtomicBoolean();

		private final WaitScope scope = new WaitScope();

		private final ApprovalRequest request;

		private final Admission admission;

		private final CompletableFuture<ApprovalDecision> result;

		private BackgroundApproval(ApprovalRequest request, Admission admission,
				CompletableFuture<ApprovalDecision> result) {
			this.request = request;
			this.admission = admission;
			this.result = result;
		}

		@Override
		public void run() {
			if (!this.begun.compareAndSet(false, true)) {
				return;
			}
			try (Admission place = this.admission) {
				this.result.complete(request(place));
			}
			catch (Throwable ex) {
				this.result.completeExceptionally(ex);
			}
		}

		private ApprovalDecision request(Admission place) {
			try (this.scope) {
				this.scope.enter();
				return AsyncApprovals.this.approvals.request(this.request, place);
			}
		}

		private void abandon() {
			if (this.begun.compareAndSet(false, true)) {
				// A task that has not begun will never run
				this.admission.close();
			}
			this.scope.cancel();
		}

	}

}
