package io.airlockapp.gateway;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;

/**
 * Asks for approvals in threads of our own, on behalf of the caller's user. To cancel a
 * result withdraws its request.
 */
final class BackgroundApprovals {

	private final ApprovalService approvals;

	private final AsyncTaskExecutor executor;

	private final TaskDecorator userBinding;

	BackgroundApprovals(ApprovalService approvals, AsyncTaskExecutor executor, TaskDecorator userBinding) {
		this.approvals = approvals;
		this.executor = executor;
		this.userBinding = userBinding;
	}

	CompletableFuture<ApprovalDecision> request(ApprovalRequest request) {
		CompletableFuture<ApprovalDecision> result = new CompletableFuture<>();
		try {
			Runnable bound = this.userBinding.decorate(() -> complete(result, request));
			Future<?> task = this.executor.submit(bound);
			result.whenComplete((decision, ex) -> {
				if (result.isCancelled()) {
					task.cancel(true);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			result.completeExceptionally(new ApprovalUnavailableException(
					"No thread is free to wait for the approval of '%s': ask for fewer at a time"
						.formatted(request.getLabel()),
					null, ex));
		}
		return result;
	}

	private void complete(CompletableFuture<ApprovalDecision> result, ApprovalRequest request) {
		try {
			result.complete(this.approvals.request(request));
		}
		catch (Throwable ex) {
			result.completeExceptionally(ex);
		}
	}

}
