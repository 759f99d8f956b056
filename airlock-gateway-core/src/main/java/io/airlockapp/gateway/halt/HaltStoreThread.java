/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.halt;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.support.DetachedThreadFactory;
import io.airlockapp.gateway.support.WaitScope;
import org.jspecify.annotations.Nullable;

/**
 * Executes all accesses to a {@link HaltStore} in one thread, so that no call of a
 * guarded method ever waits for its database, and a {@code DataSource} that chooses a
 * database by the thread always chooses the same.
 */
final class HaltStoreThread {

	static final String NO_RESPONSE = "the store does not respond";

	private static final long INTERVAL_SECONDS = 1;

	/**
	 * The time for which an operator, or the start of the application, waits for the
	 * store.
	 */
	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final ScheduledThreadPoolExecutor executor;

	private volatile @Nullable Future<?> polling;

	HaltStoreThread(ScheduledThreadPoolExecutor executor) {
		this.executor = executor;
	}

	static ScheduledThreadPoolExecutor createExecutor(String name) {
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1,
				new DetachedThreadFactory(name + "-"));
		// The thread ends by itself, since an interrupt could close a file of the
		// database
		executor.setKeepAliveTime(2 * INTERVAL_SECONDS, TimeUnit.SECONDS);
		executor.allowCoreThreadTimeOut(true);
		executor.setRemoveOnCancelPolicy(true);
		return executor;
	}

	/**
	 * Execute an access every second.
	 */
	void start(Runnable access) {
		this.polling = this.executor.scheduleWithFixedDelay(() -> {
			try {
				access.run();
			}
			catch (Throwable ex) {
				// Thrown where a failure is reported, for want of memory. The executor
				// would drop the access for good
			}
		}, 0, INTERVAL_SECONDS, TimeUnit.SECONDS);
	}

	/**
	 * Start the thread again if it has ended for want of memory.
	 */
	void revive() {
		try {
			this.executor.prestartCoreThread();
		}
		catch (OutOfMemoryError ex) {
			// The next call tries it again
		}
	}

	void stop() {
		Future<?> current = this.polling;
		this.polling = null;
		if (current != null) {
			current.cancel(false);
		}
	}

	boolean isRunning() {
		return this.polling != null;
	}

	/**
	 * Execute an access, and wait for its result.
	 * @param action what the guarded methods cannot be if this fails
	 */
	<T> T call(String action, Supplier<T> access) throws InterruptedException {
		CompletableFuture<T> result = CompletableFuture.supplyAsync(access, this.executor);
		try {
			if (WaitScope.await(result, TIMEOUT) || !result.cancel(false)) {
				return result.join();
			}
		}
		catch (CompletionException ex) {
			throw failed(action, AirlockGatewayException.safeMessage(Objects.requireNonNullElse(ex.getCause(), ex)),
					ex);
		}
		finally {
			// What is reported as failed must not begin later
			result.cancel(false);
		}
		throw failed(action, NO_RESPONSE, null);
	}

	static ApprovalUnavailableException failed(String action, String problem, @Nullable Exception cause) {
		return new ApprovalUnavailableException(
				"Guarded methods cannot be %s, because the store of the halt cannot be read or written: %s"
					.formatted(action, problem),
				null, cause);
	}

}
