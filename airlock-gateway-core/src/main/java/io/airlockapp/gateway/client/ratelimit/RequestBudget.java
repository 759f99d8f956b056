/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;

/**
 * Strategy interface for a budget of requests that several instances of an application
 * share. It is called in a separate thread each time, and implementations must be
 * thread-safe. An exception of any kind, or a response that takes too long, means that
 * the budget is unavailable; only the type of an exception is logged.
 */
public interface RequestBudget {

	/**
	 * Take the next turn, unless it is too late. A turn that is taken and not used is
	 * lost. Implementations should not take one that is too late: otherwise, requests
	 * that are repeated during a pause postpone each other's turns.
	 * @param longest the maximum time until the turn
	 * @return the time to wait until the turn, or {@link Duration#ZERO}. If it is longer
	 * than the maximum, the turn must not be used
	 */
	Duration takeTurn(Duration longest);

	/**
	 * Postpone the turns that are taken from now on, in all instances, since the gateway
	 * refused a request because of its quota. Overlapping pauses are merged.
	 * @param pause the minimum time until the next turn
	 */
	void pause(Duration pause);

}
