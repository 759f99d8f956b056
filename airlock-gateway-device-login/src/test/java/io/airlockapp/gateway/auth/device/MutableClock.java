/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import io.airlockapp.gateway.support.Ticker;

/**
 * Time that passes when a test says so.
 */
final class MutableClock implements InstantSource, Ticker {

	private volatile Instant now = Instant.parse("2026-11-25T10:00:00Z");

	private volatile long nanoTime;

	@Override
	public Instant instant() {
		return this.now;
	}

	@Override
	public long nanoTime() {
		return this.nanoTime;
	}

	@Override
	public void sleep(Duration duration) {
		advance(duration);
	}

	void advance(Duration duration) {
		this.now = this.now.plus(duration);
		this.nanoTime += duration.toNanos();
	}

	/**
	 * Set the time of day, while no time passes.
	 */
	void set(Instant instant) {
		this.now = instant;
	}

}
