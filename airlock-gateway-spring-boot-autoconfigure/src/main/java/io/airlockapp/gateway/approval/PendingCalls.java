package io.airlockapp.gateway.approval;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

import io.airlockapp.gateway.ApprovalThreads;
import io.airlockapp.gateway.ApprovalUnavailableException;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.util.ClassUtils;

/**
 * Hands guarded calls over to threads of ours, so that the caller's doesn't wait.
 */
final class PendingCalls {

	private final CallGuard guard;

	private final Supplier<ApprovalThreads> threads;

	PendingCalls(CallGuard guard, Supplier<ApprovalThreads> threads) {
		this.guard = guard;
		this.threads = threads;
	}

	/**
	 * Hand a call over.
	 * @param invocation the call, whose arguments nobody else can exchange
	 * @param inTransaction whether the caller is inside an open transaction
	 * @return what the method returns or is answered instead of it; completing it from
	 * outside ends the wait
	 */
	CompletableFuture<@Nullable Object> start(MethodInvocation invocation, boolean inTransaction) {
		PendingCall call = new PendingCall(this.guard, invocation, inTransaction);
		try {
			executor().execute(call);
			return call.result();
		}
		catch (RejectedExecutionException | OutOfMemoryError ex) {
			// The latter tells that the platform has no more threads
			return answer(invocation, ex);
		}
	}

	AsyncTaskExecutor executor() {
		return this.threads.get().executor();
	}

	private CompletableFuture<@Nullable Object> answer(MethodInvocation invocation, Throwable cause) {
		try {
			return CompletableFuture
				.completedFuture(
						this.guard.answer(invocation,
								new ApprovalUnavailableException(
										"No thread is free to wait for the approval of %s"
											.formatted(ClassUtils.getQualifiedMethodName(invocation.getMethod())),
										null, cause)));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

}
