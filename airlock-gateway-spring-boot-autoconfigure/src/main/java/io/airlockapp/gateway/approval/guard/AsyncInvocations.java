package io.airlockapp.gateway.approval.guard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Hands guarded invocations over to the guard's own threads, so that the caller's thread
 * does not wait.
 */
final class AsyncInvocations {

	private final GuardedInvocationExecutor guard;

	private final Supplier<ApprovalTaskExecutor> threads;

	AsyncInvocations(GuardedInvocationExecutor guard, Supplier<ApprovalTaskExecutor> threads) {
		this.guard = guard;
		this.threads = threads;
	}

	/**
	 * Start an invocation. It is admitted before a thread is started.
	 * @param invocation the guard's own copy of the invocation
	 * @param caller the caller
	 * @return the future result of the method or of the denial handler; completing it
	 * from outside ends the wait
	 */
	CompletableFuture<@Nullable Object> start(InnerInvocation invocation, Caller caller) {
		try {
			return submit(invocation, caller);
		}
		catch (AirlockGatewayException ex) {
			return answer(invocation, ex);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private CompletableFuture<@Nullable Object> submit(InnerInvocation invocation, Caller caller) {
		MethodGuardedCall call = this.guard.create(invocation, caller);
		this.guard.admitEarly(invocation, call);
		boolean submitted = false;
		try {
			AsyncInvocation task = new AsyncInvocation(this.guard, invocation, call);
			this.threads.get().executor().execute(task);
			submitted = true;
			return task.result();
		}
		catch (RejectedExecutionException | OutOfMemoryError ex) {
			// The latter indicates that the platform cannot start more threads
			throw new ApprovalUnavailableException("No thread is free to wait for the approval of %s"
				.formatted(ClassUtils.getQualifiedMethodName(invocation.getMethod())), null, ex);
		}
		catch (Error ex) {
			throw this.guard.broken(invocation, call, ex);
		}
		finally {
			if (!submitted) {
				call.admission().close();
			}
		}
	}

	private CompletableFuture<@Nullable Object> answer(InnerInvocation invocation, AirlockGatewayException denial) {
		try {
			return CompletableFuture.completedFuture(this.guard.answer(invocation, denial));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

}
