/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Signal that notifies the watchers of the simulator's state of changes. A watcher reads
 * the version, then the state, and then waits for the next version, so that it misses no
 * change.
 */
public final class ChangeSignal {

	private final Phaser versions = new Phaser(1);

	public int version() {
		return this.versions.getPhase();
	}

	synchronized void changed() {
		this.versions.arrive();
	}

	/**
	 * Wait for a version after the given one.
	 * @return {@code false} if there was none in time
	 */
	public boolean awaitAfter(int seen, long nanos) throws InterruptedException {
		try {
			this.versions.awaitAdvanceInterruptibly(seen, nanos, TimeUnit.NANOSECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
	}

}
