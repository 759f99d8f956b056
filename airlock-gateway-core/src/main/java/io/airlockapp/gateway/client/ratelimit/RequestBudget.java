package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;

/**
 * Strategy interface for a budget of requests that several instances of an application
 * share. Implementations must be thread-safe.
 */
public interface RequestBudget {

	/**
	 * Take the next turn. A turn that is not used is lost.
	 * @return the time to wait until the turn, or {@link Duration#ZERO}
	 * @throws RequestBudgetException if the budget is unavailable
	 */
	Duration takeTurn();

	/**
	 * Postpone the turns that are taken from now on, in all instances, since the gateway
	 * refused a request because of its quota. Overlapping pauses are merged.
	 * @param pause the minimum time until the next turn
	 * @throws RequestBudgetException if the budget is unavailable
	 */
	void pause(Duration pause);

}
