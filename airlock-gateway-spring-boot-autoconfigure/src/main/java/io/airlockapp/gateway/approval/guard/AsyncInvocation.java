package io.airlockapp.gateway.approval.guard;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * Guarded invocation in one of the guard's own threads. It is abandoned when its result
 * is no longer needed: the request is withdrawn and the method does not run. A method
 * that is already running is not interrupted.
 */
final class AsyncInvocation implements Runnable {

	private final CompletableFuture<@Nullable Object> result = new CompletableFuture<>();

	private final GuardedInvocationExecutor guard;

	private final InnerInvocation invocation;

	private final MethodGuardedCall call;

	private @Nullable Thread waiting;

	private boolean abandoned;

	AsyncInvocation(GuardedInvocationExecutor guard, InnerInvocation invocation, MethodGuardedCall call) {
		this.guard = guard;
		this.invocation = invocation;
		this.call = call;
		this.result.whenComplete((value, ex) -> abandon());
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
			this.result.complete(runGuarded());
		}
		catch (Throwable ex) {
			this.result.completeExceptionally(ex);
		}
	}

	private @Nullable Object runGuarded() throws Throwable {
		try {
			startWaiting();
			return this.guard.run(this.invocation, this.call, this::stopWaiting);
		}
		finally {
			forgetThread();
			// The executor does not release it if the invocation was abandoned before it
			// started
			this.call.admission().close();
		}
	}

	private synchronized void startWaiting() {
		requireWanted();
		this.waiting = Thread.currentThread();
	}

	private synchronized void stopWaiting() {
		requireWanted();
		this.waiting = null;
	}

	private synchronized void forgetThread() {
		this.waiting = null;
	}

	private synchronized void abandon() {
		this.abandoned = true;
		if (this.waiting != null) {
			this.waiting.interrupt();
		}
	}

	private void requireWanted() {
		if (this.abandoned) {
			throw new CancellationException("The invocation is no longer awaited");
		}
	}

}
