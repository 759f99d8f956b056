package io.airlockapp.gateway.approval.guard;

import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.support.WaitScope;
import org.jspecify.annotations.Nullable;

/**
 * Guarded invocation in one of the guard's own threads. It is abandoned when its result
 * is no longer needed: the request is withdrawn and the method does not run. A method
 * that is already running is not interrupted.
 */
final class AsyncInvocation implements Runnable {

	private final CompletableFuture<@Nullable Object> result = new CompletableFuture<>();

	private final WaitScope scope = new WaitScope();

	private final GuardedInvocationExecutor guard;

	private final InnerInvocation invocation;

	private final MethodGuardedCall call;

	AsyncInvocation(GuardedInvocationExecutor guard, InnerInvocation invocation, MethodGuardedCall call) {
		this.guard = guard;
		this.invocation = invocation;
		this.call = call;
		this.result.whenComplete((value, ex) -> this.scope.cancel());
	}

	/**
	 * Return the future result of the method, or of the denial handler. Completing the
	 * future from outside, such as by cancellation or a timeout, abandons the invocation.
	 */
	CompletableFuture<@Nullable Object> result() {
		return this.result;
	}

	@Override
	public void run() {
		try {
			if (!this.result.isDone()) {
				this.result.complete(this.guard.run(this.invocation, this.call, this.scope));
			}
		}
		catch (Throwable ex) {
			this.result.completeExceptionally(ex);
		}
		finally {
			// The executor does not release it if the invocation was abandoned before it
			// started
			this.call.admission().close();
		}
	}

}
