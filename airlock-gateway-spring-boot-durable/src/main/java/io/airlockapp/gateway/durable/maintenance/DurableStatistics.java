/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.maintenance;

import java.time.Instant;
import java.util.Map;

import io.airlockapp.gateway.durable.DurableState;
import org.jspecify.annotations.Nullable;

/**
 * Holds numbers about the calls of all instances.
 *
 * @param open the number of calls that have not ended, by state; states without calls are
 * absent
 * @param oldestUnsent the time at which the oldest call was recorded that the gateway has
 * not accepted, or {@code null} if there is none
 * @param earliestDue the time of the earliest scheduled step that no instance executes,
 * or {@code null} if there is none
 * @param failing the number of calls whose last request to the gateway failed
 * @param unhandled the number of calls that have ended, and of which the handlers have
 * not been notified
 */
public record DurableStatistics(Map<DurableState, Integer> open, @Nullable Instant oldestUnsent,
		@Nullable Instant earliestDue, int failing, int unhandled) {

	public DurableStatistics {
		open = Map.copyOf(open);
	}

	/**
	 * Return the number of calls in a state.
	 * @param state a state that is not final
	 * @return the number
	 */
	public int count(DurableState state) {
		return this.open.getOrDefault(state, 0);
	}

}
