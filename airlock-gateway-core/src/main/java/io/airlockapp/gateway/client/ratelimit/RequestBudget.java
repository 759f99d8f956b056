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
	 * Take the next turn unless it is too late. By default, a turn that is too late is
	 * taken and lost. Implementations should not take it: otherwise, requests that are
	 * repeated during a pause postpone each other's turns.
	 * @param longest the maximum time until the turn
	 * @return the time to wait until the turn. If it is longer than the maximum, the turn
	 * must not be used
	 * @throws RequestBudgetException if the budget is unavailable
	 */
	default Duration takeTurn(Duration longest) {
		return takeTurn();
	}

	/**
	 * Postpone the turns that are taken from now on, in all instances, since the gateway
	 * refused a request because of its quota. Overlapping pauses are merged.
	 * @param pause the minimum time until the next turn
	 * @throws RequestBudgetException if the budget is unavailable
	 */
	void pause(Duration pause);

}
