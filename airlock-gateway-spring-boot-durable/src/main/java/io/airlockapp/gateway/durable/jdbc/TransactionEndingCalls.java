/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

import io.airlockapp.gateway.durable.method.ApprovedCall;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * {@link ApprovedCalls} that end the transactions which a method leaves open in its
 * thread. They are rolled back, and the method has failed.
 */
public final class TransactionEndingCalls implements ApprovedCalls {

	private static final Log logger = LogFactory.getLog(TransactionEndingCalls.class);

	private final ApprovedCalls calls;

	/**
	 * Create approved calls.
	 * @param calls the approved calls to run
	 */
	public TransactionEndingCalls(ApprovedCalls calls) {
		this.calls = calls;
	}

	@Override
	public Result run(ApprovedCall call, Claim claim) throws InvocationTargetException {
		boolean open;
		Result result;
		try {
			result = this.calls.run(call, claim);
		}
		finally {
			open = TransactionSynchronizationManager.isActualTransactionActive();
			Map.copyOf(TransactionSynchronizationManager.getResourceMap()).forEach(TransactionEndingCalls::end);
			TransactionSynchronizationManager.clear();
		}
		if (open && result == Result.DONE) {
			throw new InvocationTargetException(new IllegalStateException(
					"The method left a transaction open, which is rolled back. Commit it before the method returns"));
		}
		return result;
	}

	private static void end(Object key, Object resource) {
		if (resource instanceof ConnectionHolder holder) {
			TransactionSynchronizationManager.unbindResourceIfPossible(key);
			try (Connection connection = holder.getConnection()) {
				connection.rollback();
			}
			catch (SQLException ex) {
				logger
					.warn("A connection that a durable method left open cannot be closed: " + ex.getClass().getName());
			}
		}
	}

}
