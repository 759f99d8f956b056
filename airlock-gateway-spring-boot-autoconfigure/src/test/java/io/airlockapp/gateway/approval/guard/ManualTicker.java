package io.airlockapp.gateway.approval.guard;

import java.time.Duration;

import io.airlockapp.gateway.support.Ticker;

/**
 * A ticker that is moved by hand.
 */
final class ManualTicker implements Ticker {

	private long nanoTime;

	void advance(Duration duration) {
		this.nanoTime += duration.toNanos();
	}

	@Override
	public long nanoTime() {
		return this.nanoTime;
	}

	@Override
	public void sleep(Duration duration) {
		advance(duration);
	}

}
