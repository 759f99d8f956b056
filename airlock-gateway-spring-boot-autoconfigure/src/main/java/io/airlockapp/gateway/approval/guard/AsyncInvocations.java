/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import io.airlockapp.gateway.support.BackgroundTask;
import io.airlockapp.gateway.support.WaitScope;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Hands guarded invocations over to the guard's own threads, so that the caller's thread
 * does not wait. An invocation is abandoned when its result is no longer needed: the
 * request is withdrawn and the method does not run. A method that is already running is
 * not interrupted.
 *
 * @param guard executes the invocations
 * @param threads the executor with the guard's own threads
 */
record AsyncInvocations(GuardedInvocationExecutor guard, Supplier<ApprovalTaskExecutor> threads) {

	/**
	 * Start an invocation. It is admitted before a thread is started.
	 * @param invocation the guard's own copy of the invocation
	 * @param caller the caller
	 * @return the future result of the method or of the denial handler; completing it
	 * from outside ends the wait
	 */
	CompletableFuture<@Nullable Object> start(InnerInvocation invocation, Caller caller) {
		CompletableFuture<@Nullable Object> returned = new CompletableFuture<>();
		// What a publisher does starts after it was returned
		start(invocation, caller, returned, returned, returned::isCancelled);
		return returned;
	}

	/**
	 * Start an invocation of a method that returns a future. Any failure that keeps the
	 * method from running completes the caller's future exceptionally.
	 * @param invocation the guard's own copy of the invocation
	 * @param caller the caller
	 * @return a future that is completed like the method's
	 */
	CompletableFuture<@Nullable Object> follow(InnerInvocation invocation, Caller caller) {
		CompletableFuture<@Nullable Object> returned = new CompletableFuture<>();
		CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
		start(invocation, caller, returned, result, result::isDone);
		returned.whenComplete((value, ex) -> {
			if (value instanceof Future<?> future) {
				// Has no effect unless the result is completed from outside
				result.whenComplete((completed, failure) -> future.cancel(true));
			}
			if (value instanceof CompletionStage<?> stage) {
				stage.whenComplete((completed, failure) -> complete(invocation, result, completed, failure));
			}
			else {
				complete(invocation, result, value, ex);
			}
		});
		return result;
	}

	private static void complete(InnerInvocation invocation, CompletableFuture<@Nullable Object> result,
			@Nullable Object value, @Nullable Throwable ex) {
		if (ex != null) {
			result.completeExceptionally(invocation.failure(ex));
		}
		else {
			result.complete(value);
		}
	}

	/**
	 * Start an invocation.
	 * @param returned completed with what the method or the denial handler returns
	 * @param awaited the future that the caller has
	 * @param abandoned whether the caller no longer awaits it. Another thread that waits
	 * for the future may run its callbacks later, so they do not decide
	 */
	private void start(InnerInvocation invocation, Caller caller, CompletableFuture<@Nullable Object> returned,
			CompletableFuture<@Nullable Object> awaited, BooleanSupplier abandoned) {
		MethodGuardedCall call;
		try {
			call = this.guard.create(invocation.abandonedIf(abandoned), caller);
			this.guard.admitEarly(invocation, call);
		}
		catch (AirlockGatewayException ex) {
			deny(invocation, ex, returned);
			return;
		}
		catch (Exception ex) {
			returned.completeExceptionally(ex);
			return;
		}
		WaitScope scope = new WaitScope();
		awaited.whenComplete((value, ex) -> scope.cancel());
		BackgroundTask.execute((task) -> this.threads.get().executor().execute(task), (task) -> task,
				() -> run(invocation, call, scope, returned), (ex) -> {
					call.admission().close();
					deny(invocation, unavailable(invocation, call, ex), returned);
				});
	}

	private ApprovalUnavailableException unavailable(InnerInvocation invocation, MethodGuardedCall call,
			Throwable reason) {
		// An OutOfMemoryError indicates that the platform cannot start more threads
		return (reason instanceof RejectedExecutionException || reason instanceof OutOfMemoryError)
				? this.guard.refused(call,
						new ApprovalUnavailableException("No thread is free to wait for the approval of %s"
							.formatted(ClassUtils.getQualifiedMethodName(invocation.getMethod())), null, reason))
				: this.guard.broken(call, reason);
	}

	private void deny(InnerInvocation invocation, AirlockGatewayException denial,
			CompletableFuture<@Nullable Object> returned) {
		try {
			returned.complete(this.guard.deny(invocation, denial));
		}
		catch (Throwable ex) {
			returned.completeExceptionally(ex);
		}
	}

	private void run(InnerInvocation invocation, MethodGuardedCall call, WaitScope scope,
			CompletableFuture<@Nullable Object> returned) {
		try {
			if (invocation.isAbandoned()) {
				return;
			}
			returned.complete(this.guard.run(invocation, call, scope));
		}
		catch (Throwable ex) {
			returned.completeExceptionally(ex);
		}
		finally {
			// The executor does not release it if the invocation was abandoned before it
			// started
			call.admission().close();
		}
	}

}
