package io.airlockapp.gateway.health;

import java.time.Duration;

import io.airlockapp.gateway.support.Ticker;

/**
 * A ticker that is moved by hand.
 */
final class ManualTicker implements Ticker {

	private long nanoTime;

	@Override
	public long nanoTime() {
		return this.nanoTime;
	}

	@Override
	public void sleep(Duration duration) {
		this.nanoTime += duration.toNanos();
	}

}
