package io.airlockapp.gateway.support;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * Time that passes at once when somebody sleeps.
 */
public final class VirtualTicker implements Ticker {

	private final List<Duration> sleeps = new ArrayList<>();

	private long nanoTime = Long.MAX_VALUE - Duration.ofMinutes(1).toNanos();

	/**
	 * Let time pass.
	 * @param duration how much
	 */
	public synchronized void advance(Duration duration) {
		this.nanoTime += duration.toNanos();
	}

	@Override
	public synchronized long nanoTime() {
		return this.nanoTime;
	}

	@Override
	public synchronized void sleep(Duration duration) throws InterruptedException {
		if (WaitScope.interrupted()) {
			throw new InterruptedException();
		}
		this.sleeps.add(duration);
		advance(duration);
	}

	@Override
	public synchronized void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
		if (WaitScope.interrupted()) {
			throw new InterruptedException();
		}
		this.nanoTime += nanos;
	}

	/**
	 * Return for how long was slept.
	 * @return the durations in their order
	 */
	public synchronized List<Duration> sleeps() {
		return this.sleeps;
	}

}
