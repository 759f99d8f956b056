/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Log of the latest requests that reached the gateway.
 */
final class RequestLog {

	private static final int MAX_CALLS = 5000;

	private final Map<Long, RecordedCall> calls = new LinkedHashMap<>();

	private long number;

	/**
	 * Record a request on its arrival.
	 * @return the number by which its response is recorded
	 */
	synchronized long arrived(RecordedCall call) {
		this.calls.put(++this.number, call);
		this.calls.remove(this.number - MAX_CALLS);
		return this.number;
	}

	synchronized void responded(long callNumber, int status) {
		this.calls.computeIfPresent(callNumber, (key, call) -> call.withStatus(status));
	}

	synchronized List<RecordedCall> all() {
		return new ArrayList<>(this.calls.values());
	}

	synchronized void reset() {
		this.calls.clear();
	}

}
