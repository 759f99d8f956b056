/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.core.NamedThreadLocal;

/**
 * Scope of a thread in which only waits can be interrupted: for a response, for the rate
 * limiter, and pauses. {@link #cancel()} ends a wait without an interrupt of the thread.
 * An interrupt of the thread by others is put aside when the scope is entered and when a
 * wait ends, and is restored when the scope is closed. Code of the application between
 * the waits, such as a database driver that would close its file or its socket, therefore
 * sees neither.
 * <p>
 * The static methods correspond to those of {@link Thread}, and do the same outside of
 * any scope.
 */
public final class WaitScope implements AutoCloseable {

	private static final ThreadLocal<@Nullable WaitScope> current = new NamedThreadLocal<>("Scope of waits");

	private @Nullable WaitScope outer;

	private final Deque<Runnable> wakeUps = new ArrayDeque<>(1);

	private boolean cancelled;

	private boolean released;

	private boolean interrupted;

	private boolean putAside;

	private boolean clearedOuter;

	/**
	 * Enter this scope in the current thread.
	 * @return this scope, to be closed by the same thread
	 */
	public WaitScope enter() {
		WaitScope enclosing = current.get();
		this.outer = enclosing;
		current.set(this);
		if (enclosing != null && enclosing.isCancelled()) {
			setInterrupted(true);
		}
		putAside();
		return this;
	}

	/**
	 * End the current or the next wait in this scope, since its result is no longer
	 * wanted. To be called by any thread.
	 * @return {@code false} if the scope was released or closed before
	 */
	public boolean cancel() {
		List<Runnable> waits;
		synchronized (this) {
			if (this.released) {
				return false;
			}
			this.cancelled = true;
			this.interrupted = true;
			waits = List.copyOf(this.wakeUps);
		}
		// The wait may have ended, which is harmless. Without the monitor, since the
		// thread that waits may hold the lock that this needs
		waits.forEach(Runnable::run);
		return true;
	}

	/**
	 * Return whether this scope was cancelled.
	 * @return whether its result is no longer wanted
	 */
	public synchronized boolean isCancelled() {
		return this.cancelled;
	}

	/**
	 * Release the thread, before it runs what it has waited for. From then on, the scope
	 * cannot be cancelled, and the thread can be interrupted as usual. An interrupt that
	 * was put aside is still restored when the scope is closed.
	 */
	public void release() {
		putAside();
		current.remove();
		synchronized (this) {
			this.released = true;
		}
	}

	/**
	 * Leave this scope, and restore an interrupt that was put aside.
	 */
	@Override
	public void close() {
		putAside();
		synchronized (this) {
			this.released = true;
		}
		WaitScope enclosing = this.outer;
		if (enclosing != null) {
			current.set(enclosing);
		}
		else {
			current.remove();
		}
		if (this.putAside) {
			if (enclosing != null) {
				enclosing.putAside = true;
			}
			interrupt();
		}
		if (this.clearedOuter && enclosing != null) {
			enclosing.setInterrupted(true);
		}
	}

	/**
	 * Wait until a future is completed, or a scope of the current thread is cancelled.
	 * Unlike in the methods of {@link CompletableFuture}, a worker of a fork/join pool
	 * runs no other tasks meanwhile, which would see this scope.
	 * @param future the future, which is not cancelled
	 * @param timeout the maximum time to wait
	 * @return whether the future is completed
	 * @throws InterruptedException if the thread is interrupted or the scope is cancelled
	 */
	public static boolean await(CompletableFuture<?> future, Duration timeout) throws InterruptedException {
		CountDownLatch end = new CountDownLatch(1);
		future.whenComplete((result, failure) -> end.countDown());
		await(end::countDown, () -> end.await(timeout.toNanos(), TimeUnit.NANOSECONDS));
		if (!future.isDone()) {
			requireNotInterrupted();
		}
		return future.isDone();
	}

	/**
	 * Wait, so that the wait ends if a scope of the current thread is cancelled.
	 * @param <T> the type of the result
	 * @param <X> the type of the exceptions
	 * @param wakeUp the callback that ends the wait. It is called by another thread, and
	 * possibly after the wait has ended
	 * @param wait the wait
	 * @return the result of the wait
	 * @throws X if the wait fails
	 * @throws InterruptedException if the thread is interrupted or the scope is cancelled
	 */
	public static <T extends @Nullable Object, X extends Exception> T await(Runnable wakeUp, Wait<T, X> wait)
			throws X, InterruptedException {
		WaitScope scope = current.get();
		return (scope != null) ? scope.awaitInScope(wakeUp, wait) : wait.await();
	}

	private <T extends @Nullable Object, X extends Exception> T awaitInScope(Runnable wakeUp, Wait<T, X> wait)
			throws X, InterruptedException {
		changeWakeUps((wakeUps) -> wakeUps.addLast(wakeUp));
		try {
			requireNotInterrupted();
			return awaitUninterrupted(wait);
		}
		finally {
			changeWakeUps(Deque::removeLast);
			putAside();
		}
	}

	private <T extends @Nullable Object, X extends Exception> T awaitUninterrupted(Wait<T, X> wait)
			throws X, InterruptedException {
		try {
			return wait.await();
		}
		catch (InterruptedException ex) {
			// The interrupt is not from this class
			this.putAside = true;
			throw ex;
		}
		catch (Exception ex) {
			// A wait fails in some way when it is ended
			requireNotInterrupted();
			throw ex;
		}
	}

	private static void requireNotInterrupted() throws InterruptedException {
		if (interrupted()) {
			throw new InterruptedException("The wait was ended");
		}
	}

	private void changeWakeUps(Consumer<Deque<Runnable>> change) {
		for (WaitScope scope = this; scope != null; scope = scope.outer) {
			synchronized (scope) {
				change.accept(scope.wakeUps);
			}
		}
	}

	private void putAside() {
		if (Thread.interrupted()) {
			this.putAside = true;
			setInterrupted(true);
		}
	}

	private synchronized boolean setInterrupted(boolean value) {
		boolean previous = this.interrupted;
		this.interrupted = value;
		return previous;
	}

	private synchronized boolean isMarked() {
		return this.interrupted;
	}

	/**
	 * Return whether the current thread is interrupted, or one of its scopes is
	 * cancelled, and clear that. For an enclosing scope, it is restored when the current
	 * scope is closed.
	 * @return whether the next wait would have been interrupted
	 */
	public static boolean interrupted() {
		WaitScope scope = current.get();
		if (scope == null) {
			return Thread.interrupted();
		}
		scope.putAside();
		boolean interrupted = scope.setInterrupted(false);
		for (WaitScope enclosing = scope.outer; enclosing != null; enclosing = enclosing.outer) {
			boolean cleared = enclosing.setInterrupted(false);
			scope.clearedOuter |= cleared;
			interrupted |= cleared;
			scope = enclosing;
		}
		return interrupted;
	}

	/**
	 * Return whether the current thread is interrupted, or one of its scopes is
	 * cancelled.
	 * @return whether the next wait is interrupted
	 */
	public static boolean isInterrupted() {
		boolean interrupted = Thread.currentThread().isInterrupted();
		for (WaitScope scope = current.get(); scope != null; scope = scope.outer) {
			interrupted |= scope.isMarked();
		}
		return interrupted;
	}

	/**
	 * Interrupt the next wait of the current thread, after an
	 * {@link InterruptedException} that is reported in another way.
	 */
	public static void interrupt() {
		WaitScope scope = current.get();
		if (scope != null) {
			scope.setInterrupted(true);
		}
		else {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Wait of a thread.
	 *
	 * @param <T> the type of the result
	 * @param <X> the type of the exceptions
	 */
	@FunctionalInterface
	public interface Wait<T extends @Nullable Object, X extends Exception> {

		/**
		 * Wait for the result.
		 * @return the result
		 * @throws X if the wait fails
		 * @throws InterruptedException if the thread is interrupted
		 */
		T await() throws X, InterruptedException;

	}

}
