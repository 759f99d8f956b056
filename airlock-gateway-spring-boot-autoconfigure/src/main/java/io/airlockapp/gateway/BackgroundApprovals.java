package io.airlockapp.gateway;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;

/**
 * Asks for approvals in threads of our own, on behalf of the caller's user. To cancel a
 * result withdraws its request, and so does to complete it otherwise: by a timeout, say.
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
		AtomicBoolean ended = new AtomicBoolean();
		try {
			Runnable bound = this.userBinding.decorate(() -> complete(result, request, ended));
			Future<?> task = this.executor.submit(bound);
			result.whenComplete((decision, ex) -> {
				if (!ended.get()) {
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

	private void complete(CompletableFuture<ApprovalDecision> result, ApprovalRequest request, AtomicBoolean ended) {
		try {
			ApprovalDecision decision = this.approvals.request(request);
			ended.set(true);
			result.complete(decision);
		}
		catch (Throwable ex) {
			ended.set(true);
			result.completeExceptionally(ex);
		}
	}

}
