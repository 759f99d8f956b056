/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import io.airlockapp.gateway.support.Ticker;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Benchmark of the rate limiter while requests queue, each with a thread, which is a
 * virtual one if the Java platform supports that. Time is virtual: it advances only when
 * all threads wait for it.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xss256k")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RateLimiterBenchmark {

	private static final Duration PERIOD = Duration.ofMinutes(1);

	private static final Duration MAX_WAIT = Duration.ofDays(36_500);

	/**
	 * Acquire a turn that takes precedence over those of the queue, which is then
	 * searched for the next request.
	 * @param queue the queue
	 * @throws Exception never
	 */
	@Benchmark
	public void acquire(Passed queue) throws Exception {
		queue.gate.acquire(RequestPriority.SHORT, MAX_WAIT, RequestOrigin.APPLICATION);
	}

	/**
	 * Add a request to the queue and remove it, since it has no patience.
	 * @param queue the queue
	 * @return the exception
	 * @throws InterruptedException never
	 */
	@Benchmark
	public TimeoutException addAndRemove(Passed queue) throws InterruptedException {
		try {
			queue.gate.acquire(RequestPriority.WAIT, Duration.ZERO, RequestOrigin.APPLICATION);
			throw new IllegalStateException("A request has passed the queue");
		}
		catch (TimeoutException ex) {
			return ex;
		}
	}

	/**
	 * Advance the time to the turn of the next request in the queue, and wait until its
	 * thread has continued. The thread then queues again.
	 * @param queue the queue
	 * @throws Exception never
	 */
	@Benchmark
	public void handOver(Moving queue) throws Exception {
		queue.ticker.next();
		queue.turns.acquire();
	}

	/**
	 * Queue of requests that never get a turn.
	 */
	@State(Scope.Benchmark)
	public static class Passed {

		/**
		 * Number of requests in the queue.
		 */
		@Param({ "10", "100", "1000", "10000" })
		public int queued;

		/**
		 * Number of requests per minute that the rate limiter allows.
		 */
		@Param("60")
		public int limit;

		private final QueueingThreads threads = new QueueingThreads();

		private GatewayRateLimiter gate;

		/**
		 * Use up the share that is available to the requests of the queue, and start the
		 * queue.
		 * @throws Exception never
		 */
		@Setup
		public void queue() throws Exception {
			PassingTicker ticker = new PassingTicker();
			this.gate = new GatewayRateLimiter(this.limit, PERIOD, ticker);
			for (int i = 0; i < this.limit - this.limit / 10; i++) {
				this.gate.acquire(RequestPriority.SHORT, MAX_WAIT, RequestOrigin.APPLICATION);
				ticker.advance(PERIOD.toNanos() / this.limit);
			}
			for (int i = 0; i < this.queued; i++) {
				this.threads.start(() -> this.gate.acquire(RequestPriority.WAIT, MAX_WAIT, RequestOrigin.APPLICATION));
			}
			this.threads.awaitAll(this.queued);
		}

		/**
		 * End the threads.
		 * @throws InterruptedException never
		 */
		@TearDown
		public void end() throws InterruptedException {
			this.threads.end();
		}

	}

	/**
	 * Queue of requests that queue again after their turn.
	 */
	@State(Scope.Benchmark)
	public static class Moving {

		/**
		 * Number of requests in the queue.
		 */
		@Param({ "10", "100", "1000", "10000" })
		public int queued;

		/**
		 * Number of requests per minute that the rate limiter allows.
		 */
		@Param("60")
		public int limit;

		private final QueueingThreads threads = new QueueingThreads();

		private final Semaphore turns = new Semaphore(0);

		private final SteppingTicker ticker = new SteppingTicker();

		/**
		 * Start the queue.
		 * @throws InterruptedException never
		 */
		@Setup
		public void queue() throws InterruptedException {
			GatewayRateLimiter gate = new GatewayRateLimiter(this.limit, PERIOD, this.ticker);
			for (int i = 0; i < this.queued; i++) {
				this.threads.start(() -> {
					while (true) {
						gate.acquire(RequestPriority.WAIT, MAX_WAIT, RequestOrigin.APPLICATION);
						this.turns.release();
					}
				});
			}
			this.threads.awaitAll(this.queued);
			// The first turns require no wait
			this.turns.drainPermits();
		}

		/**
		 * End the threads.
		 * @throws InterruptedException never
		 */
		@TearDown
		public void end() throws InterruptedException {
			this.threads.end();
		}

	}

	/**
	 * Action of a thread that queues.
	 */
	private interface Queueing {

		void run() throws TimeoutException, InterruptedException;

	}

	/**
	 * Threads that queue until they are interrupted.
	 */
	private static final class QueueingThreads {

		private static final String PREFIX = "queueing-";

		private final SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor(PREFIX);

		private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

		QueueingThreads() {
			this.executor.setDaemon(true);
			this.executor.setVirtualThreads(Runtime.version().feature() >= 21);
		}

		static boolean isCurrent() {
			return Thread.currentThread().getName().startsWith(PREFIX);
		}

		void start(Queueing action) {
			this.executor.execute(() -> {
				this.threads.add(Thread.currentThread());
				try {
					action.run();
				}
				catch (InterruptedException ex) {
					// The benchmark has ended
				}
				catch (TimeoutException ex) {
					throw new IllegalStateException(ex);
				}
			});
		}

		void awaitAll(int number) throws InterruptedException {
			while (this.threads.size() < number) {
				Thread.sleep(1);
			}
			for (Thread thread : this.threads) {
				while (thread.getState() != Thread.State.WAITING) {
					Thread.sleep(1);
				}
			}
		}

		void end() throws InterruptedException {
			this.threads.forEach(Thread::interrupt);
			for (Thread thread : this.threads) {
				thread.join();
			}
		}

	}

	/**
	 * {@link Ticker} whose time advances as soon as the benchmark's thread waits. The
	 * threads of the queue wait for their signal.
	 */
	private static final class PassingTicker implements Ticker {

		private volatile long now;

		@Override
		public long nanoTime() {
			return this.now;
		}

		@Override
		public void sleep(Duration duration) {
			advance(duration.toNanos());
		}

		@Override
		public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
			if (QueueingThreads.isCurrent()) {
				condition.await();
			}
			else {
				advance(nanos);
			}
		}

		void advance(long nanos) {
			// Called by one thread only
			this.now = this.now + nanos;
		}

	}

	/**
	 * {@link Ticker} whose time advances on demand, to the turn of the next request. That
	 * is the request that waits for the time rather than for other requests.
	 */
	private static final class SteppingTicker implements Ticker {

		private static final long LONG = MAX_WAIT.dividedBy(2).toNanos();

		private final Semaphore waiting = new Semaphore(0);

		private volatile long now;

		private volatile Next next;

		@Override
		public long nanoTime() {
			return this.now;
		}

		@Override
		public void sleep(Duration duration) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
			if (nanos < LONG && this.next == null) {
				this.next = new Next(lock, condition, nanos);
				this.waiting.release();
			}
			condition.await();
		}

		void next() throws InterruptedException {
			this.waiting.acquire();
			Next next = this.next;
			next.lock().lock();
			try {
				this.now = this.now + next.nanos();
				this.next = null;
				next.condition().signal();
			}
			finally {
				next.lock().unlock();
			}
		}

	}

	/**
	 * Holds the condition that the next request waits for.
	 *
	 * @param lock the lock of the condition
	 * @param condition the condition
	 * @param nanos the time until its turn in nanoseconds
	 */
	private record Next(Lock lock, Condition condition, long nanos) {

	}

}
