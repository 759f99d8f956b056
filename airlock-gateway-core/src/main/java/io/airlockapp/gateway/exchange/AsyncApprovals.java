/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.support.BackgroundTask;
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
			// A refused approval needs no thread
			admission = this.approvals.admit(request);
		}
		catch (AirlockGatewayException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		CompletableFuture<ApprovalDecision> result = new CompletableFuture<>();
		WaitScope scope = new WaitScope();
		BackgroundTask task = BackgroundTask.execute(this.executor, this.userBinding,
				() -> run(request, admission, scope, result), (ex) -> {
					admission.close();
					result.completeExceptionally(
							new ApprovalUnavailableException("No thread waits for the approval of '%s': %s"
								.formatted(request.getLabel(), AirlockGatewayException.safeMessage(ex)), null, ex));
				});
		result.whenComplete((decision, ex) -> {
			task.abandonUnlessBegun();
			scope.cancel();
		});
		return result;
	}

	private void run(ApprovalRequest request, Admission admission, WaitScope scope,
			CompletableFuture<ApprovalDecision> result) {
		try (admission) {
			if (!result.isDone()) {
				result.complete(request(request, admission, scope));
			}
		}
		catch (Throwable ex) {
			result.completeExceptionally(ex);
		}
	}

	private ApprovalDecision request(ApprovalRequest request, Admission admission, WaitScope scope) {
		try (scope) {
			scope.enter();
			return this.approvals.request(request, admission);
		}
	}

}
