package io.airlockapp.gateway.auth.device;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Time that passes when a test says so.
 */
final class MutableClock implements InstantSource {

	private volatile Instant now = Instant.parse("2026-11-25T10:00:00Z");

	@Override
	public Instant instant() {
		return this.now;
	}

	void advance(Duration duration) {
		this.now = this.now.plus(duration);
	}

}
