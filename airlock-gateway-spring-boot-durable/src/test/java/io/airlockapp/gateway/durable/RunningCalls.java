/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.Map;

import java.util.concurrent.Callable;

/**
 * Runs code as the method of a call that was claimed.
 */
public final class RunningCalls {

	private RunningCalls() {
	}

	public static <T> T run(DurableApproval approval, String runId, Callable<T> method) throws Exception {
		RunningCall.set(new RunningCall(approval, runId, Map.of()));
		try {
			return method.call();
		}
		finally {
			RunningCall.set(null);
		}
	}

	/**
	 * Return whether the transaction of the current thread is recorded.
	 */
	public static boolean isTransactionRecorded() {
		return RunningCall.isTransactionRecorded();
	}

}
