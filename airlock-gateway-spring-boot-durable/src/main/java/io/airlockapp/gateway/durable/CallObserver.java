/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.Map;
import java.util.function.Function;

import io.airlockapp.gateway.durable.method.ApprovedCalls;

/**
 * Strategy interface for observing the recording of calls and their runs. A failure of
 * the observation must affect neither.
 */
public interface CallObserver {

	/**
	 * Observe the recording of a call.
	 * @param gate the guarded method
	 * @param recording the recording, to be called once with the trace context to record
	 * @return the recorded call, or the open one with its key
	 */
	DurableApproval record(String gate, Function<Map<String, String>, DurableApproval> recording);

	/**
	 * Return approved calls whose runs are observed, from the claim of the call on.
	 * @param calls the approved calls to run
	 * @return the observed calls
	 */
	ApprovedCalls observe(ApprovedCalls calls);

	/**
	 * Return an observer that does nothing.
	 * @return the observer
	 */
	static CallObserver none() {
		return new CallObserver() {

			@Override
			public DurableApproval record(String gate, Function<Map<String, String>, DurableApproval> recording) {
				return recording.apply(Map.of());
			}

			@Override
			public ApprovedCalls observe(ApprovedCalls calls) {
				return calls;
			}

		};
	}

}
