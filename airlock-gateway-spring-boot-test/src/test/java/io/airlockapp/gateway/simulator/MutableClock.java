/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * A clock that stands still until it is advanced.
 */
class MutableClock implements InstantSource {

	private volatile Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

	@Override
	public Instant instant() {
		return this.now;
	}

	void advanceSeconds(long seconds) {
		this.now = this.now.plusSeconds(seconds);
	}

}
