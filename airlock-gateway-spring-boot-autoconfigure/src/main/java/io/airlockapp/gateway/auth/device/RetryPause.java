package io.airlockapp.gateway.auth.device;

import java.time.Duration;

/**
 * How long to wait before something that failed is tried again: one second, and twice as
 * long each time.
 */
final class RetryPause {

	private static final Duration FIRST = Duration.ofSeconds(1);

	private final Duration max;

	private Duration current = FIRST;

	RetryPause(Duration max) {
		this.max = max;
	}

	void reset() {
		this.current = FIRST;
	}

	/**
	 * Return the pause after another failure.
	 */
	Duration next() {
		Duration pause = this.current;
		Duration longer = pause.multipliedBy(2);
		this.current = (longer.compareTo(this.max) < 0) ? longer : this.max;
		return pause;
	}

}
