package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WaitScope;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Rate limiter in which all requests of an application to its gateway queue. It enforces
 * the gateway's quota within the application, and pauses all requests if the gateway
 * demands it. With a {@link RequestBudget}, it also enforces the quota among all
 * instances of the application. While that is unavailable, it estimates the share of this
 * instance, as without one.
 */
public final class GatewayRateLimiter {

	/**
	 * The maximum time until a turn. All requests that wait share it, so that it exceeds
	 * their timeouts.
	 */
	private static final Duration LONGEST_WAIT = Duration.ofDays(1);

	private static final Log logger = LogFactory.getLog(GatewayRateLimiter.class);

	private static final Duration MAX_PAUSE = Duration.ofMinutes(2);

	private static final Duration MIN_JITTER = Duration.ofMillis(500);

	private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);

	private static final int MAX_DOUBLINGS = 5;

	private final ReentrantLock lock = new ReentrantLock();

	private final SlidingWindow budget;

	private final RequestQueue<Turn> queue;

	private final Ticker ticker;

	private final @Nullable RequestBudget sharedBudget;

	private final SharedTurn sharedTurn;

	private final Executor executor;

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	private int refusals;

	private long lastRefusal;

	/**
	 * Create a rate limiter.
	 * @param limit the maximum number of requests within a period, at least 5
	 * @param period the period
	 * @param ticker the ticker for elapsed time
	 */
	public GatewayRateLimiter(int limit, Duration period, Ticker ticker) {
		this(limit, period, ticker, null, Runnable::run);
	}

	/**
	 * Create a rate limiter of an instance that shares a budget with others.
	 * @param limit the maximum number of requests of all instances within a period, at
	 * least 5
	 * @param period the period
	 * @param ticker the ticker for elapsed time
	 * @param sharedBudget the budget of all instances; it is used in a separate thread
	 */
	public GatewayRateLimiter(int limit, Duration period, Ticker ticker, RequestBudget sharedBudget) {
		this(limit, period, ticker, sharedBudget, createExecutor());
	}

	GatewayRateLimiter(int limit, Duration period, Ticker ticker, @Nullable RequestBudget sharedBudget,
			Executor executor) {
		if (limit < 5) {
			throw new IllegalArgumentException("'limit' must be at least 5, but is " + limit);
		}
		if (period.isNegative() || period.isZero()) {
			throw new IllegalArgumentException("'period' must be positive, but is " + period);
		}
		// Requests that are spaced here can bunch up in transit
		Duration jitter = period.dividedBy(50);
		this.budget = new SlidingWindow(limit, period.plus((jitter.compareTo(MIN_JITTER) > 0) ? jitter : MIN_JITTER));
		this.sharedTurn = new SharedTurn(period);
		this.queue = new RequestQueue<>(this.budget, (sharedBudget != null) ? this.sharedTurn : null);
		this.ticker = ticker;
		this.sharedBudget = sharedBudget;
		this.executor = executor;
	}

	/**
	 * Create an executor with one thread that ends while it is not needed. Requests can
	 * therefore continue while the budget does not respond, and the budget sees no
	 * thread-bound context of the application, such as a transaction or a tenant.
	 */
	private static Executor createExecutor() {
		ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				(task) -> {
					Thread thread = new Thread(null, task, "airlock-request-budget", 0, false);
					thread.setContextClassLoader(GatewayRateLimiter.class.getClassLoader());
					thread.setDaemon(true);
					return thread;
				});
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

	/**
	 * Wait for the permit to send one request.
	 * @param priority the request's priority
	 * @param patience the maximum time to wait, to which the response time of a budget of
	 * all instances is added, up to one second
	 * @throws TimeoutException if no permit is available in time
	 * @throws InterruptedException if the thread is interrupted during the wait
	 */
	public void acquire(RequestPriority priority, Duration patience) throws TimeoutException, InterruptedException {
		acquire(priority, patience, null);
	}

	/**
	 * Wait for the permit to send one request on behalf of somebody. Requests of
	 * different origins take turns. A turn is used only if this method returns.
	 * @param priority the request's priority
	 * @param patience the maximum time to wait, to which the response time of a budget of
	 * all instances is added, up to one second
	 * @param origin the gate and the requester, or {@code null} if there are none
	 * @throws TimeoutException if no permit is available in time
	 * @throws InterruptedException if the thread is interrupted during the wait
	 */
	public void acquire(RequestPriority priority, Duration patience, @Nullable RequestOrigin origin)
			throws TimeoutException, InterruptedException {
		if (WaitScope.interrupted()) {
			throw new InterruptedException();
		}
		this.lock.lock();
		try {
			Turn turn = new Turn(priority, this.ticker.nanoTime() + patience.toNanos(),
					(origin != null) ? origin : RequestOrigin.NONE, this.lock.newCondition());
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
		while (true) {
			long now = this.ticker.nanoTime();
			if (this.sharedBudget != null && this.queue.requestTurn(turn, now)) {
				requestTurn(this.sharedBudget);
				now = this.ticker.nanoTime();
			}
			if (this.queue.take(turn, now)) {
				return;
			}
			long left = turn.deadline() - now;
			if (left <= 0 && !this.queue.awaitsResponse(turn, now)) {
				throw new TimeoutException("The rate limit allowed no request to the gateway in time");
			}
			long delay = this.queue.delay(turn, now);
			this.ticker.await(this.lock, turn.condition(), (left > 0) ? Math.min(left, delay) : delay);
		}
	}

	/**
	 * Take a turn from the budget of all instances, without the lock.
	 */
	private void requestTurn(RequestBudget budget) {
		this.lock.unlock();
		try {
			execute(() -> taken(budget.takeTurn(LONGEST_WAIT)));
		}
		finally {
			this.lock.lock();
		}
	}

	private void execute(Runnable task) {
		try {
			this.executor.execute(() -> {
				try {
					task.run();
				}
				catch (RuntimeException | Error ex) {
					unavailable((ex instanceof RequestBudgetException) ? ex.getMessage() : ex.getClass().getName());
				}
			});
		}
		catch (RuntimeException | Error ex) {
			unavailable(ex.getClass().getName());
		}
	}

	private void taken(Duration wait) {
		boolean inTime;
		this.lock.lock();
		try {
			inTime = this.sharedTurn.taken(wait, this.ticker.nanoTime());
			wakeNext();
		}
		finally {
			this.lock.unlock();
		}
		if (!inTime) {
			warn("it responds too slowly");
		}
		else if (this.warnings.reset()) {
			logger.info("The request budget of all instances is available again");
		}
	}

	private void unavailable(@Nullable String reason) {
		warn(reason);
		this.lock.lock();
		try {
			this.sharedTurn.failed(this.ticker.nanoTime());
			wakeNext();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void warn(@Nullable String reason) {
		this.warnings.warn(
				"The request budget of all instances is unavailable, so this instance estimates its share: " + reason);
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
		RequestBudget shared;
		this.lock.lock();
		try {
			long now = this.ticker.nanoTime();
			pause = pause(retryAfter, now);
			this.budget.refused(now);
			this.budget.pauseUntil(now + pause.toNanos());
			shared = this.sharedTurn.isAvailable() ? this.sharedBudget : null;
		}
		finally {
			this.lock.unlock();
		}
		if (shared != null) {
			execute(() -> shared.pause(pause));
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

	private record Turn(RequestPriority priority, long deadline, RequestOrigin origin,
			Condition condition) implements RequestQueue.Call {

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
