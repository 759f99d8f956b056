package io.airlockapp.gateway.approval.interceptor;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.exchange.Admission;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Guarded call in a thread of ours. It ends when its result is no longer needed: the
 * request is withdrawn and the method doesn't run. Once the method runs, it is not
 * interrupted.
 */
final class AsyncInvocation implements Runnable {

	private final CompletableFuture<@Nullable Object> result = new CompletableFuture<>();

	private final GuardedInvocationExecutor guard;

	private final MethodInvocation invocation;

	private final MethodGuardedCall call;

	private final @Nullable Admission admission;

	private @Nullable Thread waiting;

	private boolean abandoned;

	AsyncInvocation(GuardedInvocationExecutor guard, MethodInvocation invocation, MethodGuardedCall call,
			@Nullable Admission admission) {
		this.guard = guard;
		this.invocation = invocation;
		this.call = call;
		this.admission = admission;
		this.result.whenComplete((value, ex) -> abandon());
	}

	/**
	 * Return what the method returns, or what is answered instead. Completing it from
	 * outside, such as by cancelling it or by a timeout, ends the call.
	 * @return the future
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
			return this.guard.run(this.invocation, this.call, this.admission, this::stopWaiting);
		}
		finally {
			forgetThread();
			if (this.admission != null) {
				// Nobody else does if it was abandoned before it began
				this.admission.close();
			}
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
