/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Queues of the faults to be injected, one for each kind of request.
 */
final class FaultPlan {

	private final Map<SimulatorCall, Deque<SimulatedFault>> faults = new EnumMap<>(SimulatorCall.class);

	synchronized void add(SimulatorCall call, int times, SimulatedFault fault) {
		Deque<SimulatedFault> queue = this.faults.computeIfAbsent(call, (key) -> new ArrayDeque<>());
		for (int i = 0; i < times; i++) {
			queue.add(fault);
		}
	}

	synchronized @Nullable SimulatedFault next(SimulatorCall call) {
		Deque<SimulatedFault> queue = this.faults.get(call);
		return (queue != null) ? queue.poll() : null;
	}

	synchronized void reset() {
		this.faults.clear();
	}

}
