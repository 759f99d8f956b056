/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Queues of the faults to be injected, one for each kind of request, and one for each
 * kind and approver.
 */
final class FaultPlan {

	private final Map<Target, Deque<SimulatedFault>> faults = new HashMap<>();

	synchronized void add(SimulatorCall call, @Nullable String approver, int times, SimulatedFault fault) {
		Deque<SimulatedFault> queue = this.faults.computeIfAbsent(new Target(call, approver),
				(key) -> new ArrayDeque<>());
		for (int i = 0; i < times; i++) {
			queue.add(fault);
		}
	}

	/**
	 * Return the next fault of a request, preferably one for its approver, whose name is
	 * supplied if there are any faults.
	 */
	synchronized @Nullable SimulatedFault next(SimulatorCall call, Supplier<@Nullable String> approver) {
		SimulatedFault fault = this.faults.isEmpty() ? null : poll(new Target(call, approver.get()));
		return (fault != null) ? fault : poll(new Target(call, null));
	}

	private @Nullable SimulatedFault poll(Target target) {
		Deque<SimulatedFault> queue = this.faults.get(target);
		return (queue != null) ? queue.poll() : null;
	}

	synchronized void reset() {
		this.faults.clear();
	}

	/**
	 * Requests into which faults are injected.
	 *
	 * @param call the kind of request
	 * @param approver the name of the approver, or {@code null} for all
	 */
	private record Target(SimulatorCall call, @Nullable String approver) {
	}

}
