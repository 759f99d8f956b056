/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.NoTransactionException;
import org.springframework.transaction.interceptor.TransactionAspectSupport;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Holds the call that runs in the current thread.
 *
 * @param approval the approval of the call
 * @param runId the id of this run
 * @param trace the trace context of the caller
 */
public record RunningCall(DurableApproval approval, String runId, Map<String, String> trace) {

	private static final ThreadLocal<@Nullable RunningCall> current = new ThreadLocal<>();

	/**
	 * The mark of a transaction. Another one that begins inside of it suspends it.
	 */
	private static final TransactionSynchronization RECORDED = new TransactionSynchronization() {
	};

	/**
	 * Note that the commit of the transaction that began in the current thread will be
	 * recorded.
	 */
	public static void recordTransaction() {
		TransactionSynchronizationManager.registerSynchronization(RECORDED);
	}

	/**
	 * Return whether the current thread is in a transaction whose commit will be
	 * recorded.
	 */
	static boolean isTransactionRecorded() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isSynchronizationActive()
				&& TransactionSynchronizationManager.getSynchronizations().contains(RECORDED);
	}

	/**
	 * Return whether the current thread is in a transaction. One without synchronization,
	 * such as of a messaging system, is known to the interceptor that began it.
	 */
	static boolean isInTransaction() {
		if (TransactionSynchronizationManager.isActualTransactionActive()) {
			return true;
		}
		try {
			return TransactionAspectSupport.currentTransactionStatus().hasTransaction();
		}
		catch (NoTransactionException ex) {
			return false;
		}
	}

	/**
	 * Return the id of the run in the current thread.
	 * @return the id, or {@code null} if no durable method runs in this thread
	 */
	public static @Nullable String currentRunId() {
		RunningCall call = current.get();
		return (call != null) ? call.runId() : null;
	}

	/**
	 * Return the trace context of the caller that recorded the call of the current
	 * thread.
	 * @return the trace context, empty if there is none
	 */
	public static Map<String, String> currentTrace() {
		RunningCall call = current.get();
		return (call != null) ? call.trace() : Map.of();
	}

	static @Nullable DurableApproval current() {
		RunningCall call = current.get();
		return (call != null) ? call.approval() : null;
	}

	static void set(@Nullable RunningCall call) {
		if (call != null) {
			current.set(call);
		}
		else {
			current.remove();
		}
	}

}
