/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.airlockapp.gateway.support.Ticker;

/**
 * Time that passes when a test says so, and no time at all for those who sleep.
 */
final class ManualTicker implements Ticker {

	private final AtomicLong nanoTime = new AtomicLong();

	void advance(Duration duration) {
		this.nanoTime.addAndGet(duration.toNanos());
	}

	@Override
	public long nanoTime() {
		return this.nanoTime.get();
	}

	@Override
	public void sleep(Duration duration) throws InterruptedException {
		// A while, so that who tries again and again doesn't take all of the processor
		TimeUnit.MILLISECONDS.sleep(1);
	}

}
