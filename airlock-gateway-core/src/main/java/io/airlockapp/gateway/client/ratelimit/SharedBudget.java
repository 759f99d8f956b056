/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.airlockapp.gateway.support.BackgroundTask;
import io.airlockapp.gateway.support.DetachedThreadFactory;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WaitScope;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Waits for turns in a {@link RequestBudget} of several instances. While that fails or
 * responds too slowly, requests need no turn: the rate limiter of this instance suffices.
 */
public final class SharedBudget {

	/**
	 * The maximum time in which the budget has to respond.
	 */
	static final Duration MAX_RESPONSE_TIME = Duration.ofSeconds(1);

	private static final Log logger = LogFactory.getLog(SharedBudget.class);

	private static final Duration RETRY_INTERVAL = Duration.ofSeconds(10);

	private final ThreadFactory threads = new DetachedThreadFactory("airlock-budget-");

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	private final RequestBudget budget;

	private final Ticker ticker;

	private int pending;

	private long lastResponse;

	private long retryAt;

	/**
	 * Create a shared budget.
	 * @param budget the budget of all instances
	 * @param ticker the ticker for elapsed time
	 */
	public SharedBudget(RequestBudget budget, Ticker ticker) {
		this.budget = budget;
		this.ticker = ticker;
		this.retryAt = ticker.nanoTime();
	}

	/**
	 * Take a turn, and wait for it.
	 * @param headStart the time by which the request may be sent before its turn
	 * @param patience the maximum time to wait
	 * @param listener the callback for the time to wait
	 * @throws TimeoutException if there is no turn in time
	 * @throws InterruptedException if the thread is interrupted during the wait
	 */
	public void await(Duration headStart, Duration patience, Consumer<Duration> listener)
			throws TimeoutException, InterruptedException {
		Duration longest = patience.plus(headStart);
		Duration wait = use(() -> this.budget.takeTurn(longest)).minus(headStart);
		if (wait.compareTo(patience) > 0) {
			throw new TimeoutException("The budget of all instances allowed no request to the gateway in time");
		}
		if (!wait.isNegative() && !wait.isZero()) {
			listener.accept(wait);
			this.ticker.sleep(wait);
		}
	}

	/**
	 * Postpone the turns of all instances.
	 * @param pause the minimum time until the next turn
	 */
	public void pause(Duration pause) {
		try {
			use(() -> {
				this.budget.pause(pause);
				return Duration.ZERO;
			});
		}
		catch (InterruptedException ex) {
			WaitScope.interrupt();
		}
	}

	/**
	 * Use the budget in another thread, since the pool may have no connection until its
	 * timeout.
	 * @return its response, or zero if there is none in time
	 */
	private Duration use(Supplier<Duration> access) throws InterruptedException {
		CompletableFuture<Duration> response = new CompletableFuture<>();
		BackgroundTask.execute((task) -> this.threads.newThread(task).start(), (task) -> task,
				() -> response.complete(respond(access)), (ex) -> response.complete(Duration.ZERO));
		return WaitScope.await(response, MAX_RESPONSE_TIME) ? response.join() : Duration.ZERO;
	}

	private Duration respond(Supplier<Duration> access) {
		if (!begin()) {
			return Duration.ZERO;
		}
		long start = this.ticker.nanoTime();
		Duration response = Duration.ZERO;
		String problem = null;
		try {
			response = Objects.requireNonNull(access.get());
			if (this.ticker.nanoTime() - start > MAX_RESPONSE_TIME.toNanos()) {
				problem = "it responds too slowly";
			}
		}
		catch (Throwable ex) {
			problem = ex.getClass().getName();
		}
		end(problem != null);
		if (problem != null) {
			this.warnings
				.warn("The request budget of all instances is unavailable, so this instance estimates its share: "
						+ problem);
			return Duration.ZERO;
		}
		if (this.warnings.reset()) {
			logger.info("The request budget of all instances is available again");
		}
		return response;
	}

	synchronized boolean begin() {
		long now = this.ticker.nanoTime();
		boolean hanging = this.pending > 0 && now - this.lastResponse > MAX_RESPONSE_TIME.toNanos();
		if (hanging || now - this.retryAt < 0) {
			return false;
		}
		if (this.pending++ == 0) {
			this.lastResponse = now;
		}
		return true;
	}

	synchronized void end(boolean failed) {
		this.pending--;
		this.lastResponse = this.ticker.nanoTime();
		if (failed) {
			this.retryAt = this.lastResponse + RETRY_INTERVAL.toNanos();
		}
	}

}
