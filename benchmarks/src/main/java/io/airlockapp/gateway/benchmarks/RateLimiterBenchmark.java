package io.airlockapp.gateway.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

import io.airlockapp.gateway.client.ratelimit.CallPriority;
import io.airlockapp.gateway.client.ratelimit.RateGate;
import io.airlockapp.gateway.support.Ticker;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Benchmark of the rate limiter while requests queue, each with a thread. Time is
 * virtual: it goes on as soon as all that is left to do is to wait for it.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xss256k")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RateLimiterBenchmark {

	private static final Duration PERIOD = Duration.ofMinutes(1);

	private static final Duration PATIENCE = Duration.ofDays(36_500);

	/**
	 * Acquire a turn that goes before those of the queue, which then is looked through
	 * for the next.
	 * @param queue the queue
	 * @throws Exception never
	 */
	@Benchmark
	public void acquire(Passed queue) throws Exception {
		queue.gate.acquire(CallPriority.SHORT, PATIENCE);
	}

	/**
	 * Wait until one request of the queue had its turn and queued again.
	 * @param queue the queue
	 * @throws Exception never
	 */
	@Benchmark
	public void handOver(Moving queue) throws Exception {
		queue.turns.acquire();
	}

	/**
	 * Queue of requests whose turn doesn't come.
	 */
	@State(Scope.Benchmark)
	public static class Passed {

		/**
		 * Number of requests that queue.
		 */
		@Param({ "10", "100", "1000", "10000" })
		public int queued;

		/**
		 * Number of requests within a minute.
		 */
		@Param("60")
		public int limit;

		private final List<Thread> threads = new ArrayList<>();

		private RateGate gate;

		/**
		 * Use what the requests of the queue may use, and let them queue.
		 * @throws Exception never
		 */
		@Setup
		public void queue() throws Exception {
			VirtualTicker ticker = new VirtualTicker(false);
			this.gate = new RateGate(this.limit, PERIOD, ticker);
			for (int i = 0; i < this.limit - this.limit / 10; i++) {
				this.gate.acquire(CallPriority.SHORT, PATIENCE);
				ticker.advance(PERIOD.toNanos() / this.limit);
			}
			for (int i = 0; i < this.queued; i++) {
				this.threads.add(new QueueingThread(() -> this.gate.acquire(CallPriority.WAIT, PATIENCE)));
			}
			startAll(this.threads);
		}

		/**
		 * End the threads.
		 * @throws InterruptedException never
		 */
		@TearDown
		public void end() throws InterruptedException {
			endAll(this.threads);
		}

	}

	/**
	 * Queue of requests that queue again after their turn.
	 */
	@State(Scope.Benchmark)
	public static class Moving {

		/**
		 * Number of requests that queue.
		 */
		@Param({ "10", "100", "1000", "10000" })
		public int queued;

		/**
		 * Number of requests within a minute.
		 */
		@Param("60")
		public int limit;

		private final List<Thread> threads = new ArrayList<>();

		private final Semaphore turns = new Semaphore(0);

		/**
		 * Let the requests queue.
		 * @throws InterruptedException never
		 */
		@Setup
		public void queue() throws InterruptedException {
			RateGate gate = new RateGate(this.limit, PERIOD, new VirtualTicker(true));
			for (int i = 0; i < this.queued; i++) {
				this.threads.add(new QueueingThread(() -> {
					while (true) {
						gate.acquire(CallPriority.WAIT, PATIENCE);
						this.turns.release();
					}
				}));
			}
			startAll(this.threads);
		}

		/**
		 * Forget the turns between two iterations.
		 */
		@Setup(Level.Iteration)
		public void forget() {
			this.turns.drainPermits();
		}

		/**
		 * End the threads.
		 * @throws InterruptedException never
		 */
		@TearDown
		public void end() throws InterruptedException {
			endAll(this.threads);
		}

	}

	private static void startAll(List<Thread> threads) throws InterruptedException {
		threads.forEach(Thread::start);
		// One that waits is in the queue, or hands over within it
		for (Thread thread : threads) {
			while (thread.getState() != Thread.State.WAITING) {
				Thread.sleep(1);
			}
		}
	}

	private static void endAll(List<Thread> threads) throws InterruptedException {
		threads.forEach(Thread::interrupt);
		for (Thread thread : threads) {
			thread.join();
		}
	}

	/**
	 * Action of a thread that queues.
	 */
	private interface Queueing {

		void run() throws TimeoutException, InterruptedException;

	}

	/**
	 * Thread that queues until it is interrupted.
	 */
	private static final class QueueingThread extends Thread {

		private final Queueing action;

		QueueingThread(Queueing action) {
			this.action = action;
			setDaemon(true);
		}

		@Override
		public void run() {
			try {
				this.action.run();
			}
			catch (InterruptedException ex) {
				// The end
			}
			catch (TimeoutException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	/**
	 * {@link Ticker} that doesn't wait for the time to pass. What waits for others rather
	 * than for the time, waits for its signal.
	 */
	private static final class VirtualTicker implements Ticker {

		private static final long LONG = PATIENCE.dividedBy(2).toNanos();

		private final boolean advancedByQueue;

		private volatile long now;

		VirtualTicker(boolean advancedByQueue) {
			this.advancedByQueue = advancedByQueue;
		}

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
			boolean queueing = Thread.currentThread() instanceof QueueingThread;
			if (nanos > LONG || (queueing && !this.advancedByQueue)) {
				condition.await();
			}
			else {
				advance(nanos);
			}
		}

		// Only by the thread that has the lock
		@SuppressWarnings("NonAtomicOperationOnVolatileField")
		void advance(long nanos) {
			this.now += nanos;
		}

	}

}
