/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.airlockapp.gateway.support.Durations;
import io.airlockapp.gateway.support.GrowingPause;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WaitScope;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Rate limiter in which all requests of an application to its gateway queue. It enforces
 * the gateway's quota within the application, and pauses all requests if the gateway
 * demands it. With a {@link RequestBudget}, it also enforces the quota among all
 * instances of the application. While that is unavailable, it estimates the share of this
 * instance, as without one.
 */
public final class GatewayRateLimiter {

	private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(2);

	/**
	 * The time without a refusal after which the next one is a warning again.
	 */
	private static final Duration FORGOTTEN = Duration.ofMinutes(10);

	private static final Duration MIN_JITTER = Duration.ofMillis(500);

	private static final GrowingPause PAUSE = new GrowingPause(Duration.ofSeconds(2), Duration.ofSeconds(64));

	private final WarnOnceLog warnings = new WarnOnceLog(LogFactory.getLog(GatewayRateLimiter.class));

	private final ReentrantLock lock = new ReentrantLock();

	private final SlidingWindow budget;

	private final RequestQueue<Turn> queue;

	private final Ticker ticker;

	private final @Nullable SharedBudget sharedBudget;

	/**
	 * The time by which urgent requests may be sent before their turn in the shared
	 * budget. With many instances, each of which has taken a turn for the request it
	 * sends next, the turn of the withdrawal at a deadline could be too late otherwise.
	 */
	private final Duration headStart;

	private int refusals;

	private long lastRefusal;

	private long lastPause;

	/**
	 * Create a rate limiter.
	 * @param limit the maximum number of requests within a period, at least 5
	 * @param period the period
	 * @param ticker the ticker for elapsed time
	 */
	public GatewayRateLimiter(int limit, Duration period, Ticker ticker) {
		this(limit, period, ticker, null);
	}

	/**
	 * Create a rate limiter of an instance that shares a budget with others.
	 * @param limit the maximum number of requests of all instances within a period, at
	 * least 5
	 * @param period the period
	 * @param ticker the ticker for elapsed time
	 * @param sharedBudget the budget of all instances, or {@code null} if there is none
	 */
	public GatewayRateLimiter(int limit, Duration period, Ticker ticker, @Nullable RequestBudget sharedBudget) {
		Assert.isTrue(limit >= 5, () -> "'limit' must be at least 5, but is " + limit);
		Assert.isTrue(period.compareTo(Duration.ZERO) > 0, () -> "'period' must be positive, but is " + period);
		this.budget = new SlidingWindow(limit, withJitter(period));
		this.queue = new RequestQueue<>(this.budget);
		this.ticker = ticker;
		this.sharedBudget = (sharedBudget != null) ? new SharedBudget(sharedBudget, ticker) : null;
		this.headStart = period.dividedBy(3);
	}

	/**
	 * Extend a period by the jitter of the network, since requests that are spaced here
	 * can bunch up in transit.
	 * @param period the period in which the gateway counts requests
	 * @return the period in which to count them here
	 */
	public static Duration withJitter(Duration period) {
		return period.plus(Durations.max(period.dividedBy(50), MIN_JITTER));
	}

	/**
	 * Wait for the permit to send one request on behalf of somebody. Requests of
	 * different origins take turns. A turn is used only if this method returns, or if the
	 * budget of all instances allows no request in time after it.
	 * @param priority the request's priority
	 * @param patience the maximum time to wait, to which the response time of a budget of
	 * all instances is added
	 * @param origin the origin
	 * @throws TimeoutException if no permit is available in time
	 * @throws InterruptedException if the thread is interrupted during the wait
	 */
	public void acquire(RequestPriority priority, Duration patience, RequestOrigin origin)
			throws TimeoutException, InterruptedException {
		if (WaitScope.interrupted()) {
			throw new InterruptedException();
		}
		Turn turn = new Turn(priority, this.ticker.nanoTime() + patience.toNanos(), origin, this.lock.newCondition());
		this.lock.lock();
		try {
			try {
				this.queue.add(turn);
				await(turn);
				if (this.sharedBudget != null && !turn.isUrgent()) {
					hold(turn, Duration.ZERO);
				}
			}
			finally {
				this.queue.remove(turn);
				wakeNext();
			}
		}
		finally {
			this.lock.unlock();
		}
		if (this.sharedBudget != null) {
			awaitSharedTurn(this.sharedBudget, turn);
		}
	}

	private void await(Turn turn) throws TimeoutException, InterruptedException {
		while (true) {
			long now = this.ticker.nanoTime();
			if (this.queue.take(turn, now)) {
				return;
			}
			long left = turn.deadline() - now;
			if (left <= 0) {
				throw new TimeoutException("The rate limit allowed no request to the gateway in time");
			}
			this.ticker.await(this.lock, turn.condition(), Math.min(left, this.queue.delay(turn, now)));
		}
	}

	/**
	 * Wait for a turn in the budget of all instances, while the other requests of this
	 * instance stay in the queue, so that an instance takes one turn at a time.
	 */
	private void awaitSharedTurn(SharedBudget shared, Turn turn) throws TimeoutException, InterruptedException {
		Duration patience = Duration.ofNanos(Math.max(0, turn.deadline() - this.ticker.nanoTime()));
		if (turn.isUrgent()) {
			shared.await(this.headStart, patience, (wait) -> {
			});
			return;
		}
		try {
			shared.await(Duration.ZERO, patience, (wait) -> hold(turn, wait));
		}
		finally {
			locked(() -> {
				this.queue.release(turn);
				wakeNext();
			});
		}
	}

	private void hold(Turn turn, Duration wait) {
		locked(() -> this.queue.hold(turn,
				this.ticker.nanoTime() + wait.plus(SharedBudget.MAX_RESPONSE_TIME).toNanos()));
	}

	private void locked(Runnable action) {
		this.lock.lock();
		try {
			action.run();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void wakeNext() {
		long now = this.ticker.nanoTime();
		for (RequestPriority priority : RequestPriority.values()) {
			Turn next = this.queue.next(priority, now);
			if (next != null) {
				next.condition().signal();
			}
		}
	}

	/**
	 * Pause all requests after the gateway refused one because of its quota.
	 * @param retryAfter the delay specified by the gateway, or {@code null}
	 */
	public void refused(@Nullable Duration retryAfter) {
		Duration pause;
		this.lock.lock();
		try {
			long now = this.ticker.nanoTime();
			if (now - this.lastPause > FORGOTTEN.toNanos()) {
				this.warnings.reset();
			}
			this.lastPause = now;
			pause = pause(retryAfter, now);
			this.budget.refused(now);
			this.budget.pauseUntil(now + pause.toNanos());
		}
		finally {
			this.lock.unlock();
		}
		this.warnings.warn("The gateway refuses requests because of its quota, so that none is sent for %s ms"
			.formatted(pause.toMillis()));
		if (this.sharedBudget != null) {
			this.sharedBudget.pause(pause);
		}
	}

	private Duration pause(@Nullable Duration retryAfter, long now) {
		if (retryAfter != null) {
			return Durations.min(retryAfter, MAX_RETRY_AFTER);
		}
		// Refusals of concurrent requests count as one
		if (this.refusals == 0 || now - this.lastRefusal > PAUSE.first().toNanos()) {
			this.refusals++;
			this.lastRefusal = now;
		}
		return PAUSE.after(this.refusals - 1);
	}

	/**
	 * Record that the gateway accepted a request.
	 */
	public void accepted() {
		locked(() -> this.refusals = 0);
	}

	private record Turn(RequestPriority priority, long deadline, RequestOrigin origin,
			Condition condition) implements RequestQueue.Call {

		boolean isUrgent() {
			return this.priority == RequestPriority.CONTROL;
		}

	}

}
