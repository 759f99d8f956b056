package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Rate limiter in which all requests of an application to its gateway queue. It enforces
 * the gateway's quota within the application, and pauses all requests if the gateway
 * demands it.
 */
public final class GatewayRateLimiter {

	private static final Duration MAX_PAUSE = Duration.ofMinutes(2);

	private static final Duration MIN_JITTER = Duration.ofMillis(500);

	private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);

	private static final int MAX_DOUBLINGS = 5;

	private final ReentrantLock lock = new ReentrantLock();

	private final SlidingWindow budget;

	private final RequestQueue<Turn> queue;

	private final Ticker ticker;

	private int refusals;

	private long lastRefusal;

	/**
	 * Create a rate limiter.
	 * @param limit the maximum number of requests within a period, at least 5
	 * @param period the period
	 * @param ticker the ticker for elapsed time
	 */
	public GatewayRateLimiter(int limit, Duration period, Ticker ticker) {
		if (limit < 5) {
			throw new IllegalArgumentException("'limit' must be at least 5, but is " + limit);
		}
		if (period.isNegative() || period.isZero()) {
			throw new IllegalArgumentException("'period' must be positive, but is " + period);
		}
		// Requests that are spaced here can bunch up in transit
		Duration jitter = period.dividedBy(50);
		this.budget = new SlidingWindow(limit, period.plus((jitter.compareTo(MIN_JITTER) > 0) ? jitter : MIN_JITTER));
		this.queue = new RequestQueue<>(this.budget);
		this.ticker = ticker;
	}

	/**
	 * Wait for the permit to send one request.
	 * @param priority the request's priority
	 * @param patience the maximum time to wait
	 * @throws TimeoutException if no permit is available in time
	 * @throws InterruptedException if the thread is interrupted during the wait
	 */
	public void acquire(RequestPriority priority, Duration patience) throws TimeoutException, InterruptedException {
		this.lock.lockInterruptibly();
		try {
			Turn turn = new Turn(priority, this.ticker.nanoTime() + patience.toNanos(), this.lock.newCondition());
			this.queue.add(turn);
			try {
				await(turn);
			}
			finally {
				this.queue.remove(turn);
				wakeNext();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void await(Turn turn) throws TimeoutException, InterruptedException {
		for (long now = this.ticker.nanoTime(); !this.queue.take(turn, now); now = this.ticker.nanoTime()) {
			long left = turn.deadline() - now;
			if (left <= 0) {
				throw new TimeoutException("The rate limit allowed no request to the gateway in time");
			}
			this.ticker.await(this.lock, turn.condition(), Math.min(left, this.queue.delay(turn, now)));
		}
	}

	private void wakeNext() {
		for (RequestPriority priority : RequestPriority.values()) {
			Turn next = this.queue.next(priority);
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
		this.lock.lock();
		try {
			long now = this.ticker.nanoTime();
			this.budget.refused(now);
			this.budget.pauseUntil(now + pause(retryAfter, now).toNanos());
		}
		finally {
			this.lock.unlock();
		}
	}

	private Duration pause(@Nullable Duration retryAfter, long now) {
		if (retryAfter != null) {
			return (retryAfter.compareTo(MAX_PAUSE) < 0) ? retryAfter : MAX_PAUSE;
		}
		// Refusals of concurrent requests count as one
		if (this.refusals == 0 || now - this.lastRefusal > FIRST_PAUSE.toNanos()) {
			this.refusals++;
			this.lastRefusal = now;
		}
		Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(this.refusals - 1, MAX_DOUBLINGS));
		return (pause.compareTo(MAX_PAUSE) < 0) ? pause : MAX_PAUSE;
	}

	/**
	 * Record that the gateway accepted a request.
	 */
	public void accepted() {
		this.lock.lock();
		try {
			this.refusals = 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	private record Turn(RequestPriority priority, long deadline, Condition condition) implements RequestQueue.Call {

		@Override
		public boolean equals(@Nullable Object obj) {
			return this == obj;
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this);
		}

	}

}
