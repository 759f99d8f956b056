/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.concurrent.CompletableFuture;

/**
 * Call in a thread that can be interrupted.
 */
final class InterruptibleCall {

	private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

	private final CompletableFuture<Boolean> interrupted = new CompletableFuture<>();

	private final Thread thread;

	private InterruptibleCall(Runnable action, boolean interruptedBefore) {
		this.thread = new Thread(() -> run(action, interruptedBefore));
		this.thread.start();
	}

	static InterruptibleCall start(Runnable action) {
		return new InterruptibleCall(action, false);
	}

	/**
	 * Start a call in a thread that is already interrupted.
	 */
	static InterruptibleCall startInterrupted(Runnable action) {
		return new InterruptibleCall(action, true);
	}

	private void run(Runnable action, boolean interruptedBefore) {
		if (interruptedBefore) {
			Thread.currentThread().interrupt();
		}
		Throwable thrown = null;
		try {
			action.run();
		}
		catch (Throwable ex) {
			thrown = ex;
		}
		this.interrupted.complete(Thread.currentThread().isInterrupted());
		this.failure.complete(thrown);
	}

	void interrupt() {
		this.thread.interrupt();
	}

	/**
	 * Wait for the end of the call.
	 * @return what it threw, or {@code null}
	 */
	Throwable failure() {
		return this.failure.join();
	}

	/**
	 * Wait for the end of the call.
	 * @return whether the thread was interrupted then
	 */
	boolean isInterrupted() {
		return this.interrupted.join();
	}

}
