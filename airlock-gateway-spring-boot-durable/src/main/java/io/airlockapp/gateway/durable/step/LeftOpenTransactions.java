/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.step;

import java.sql.Connection;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Ends the transactions that code of the application leaves open in its thread. They are
 * rolled back.
 */
public final class LeftOpenTransactions {

	private static final Log logger = LogFactory.getLog(LeftOpenTransactions.class);

	private LeftOpenTransactions() {
	}

	/**
	 * End the transactions of the current thread.
	 * @return whether there was one
	 */
	public static boolean end() {
		boolean open = TransactionSynchronizationManager.isActualTransactionActive();
		Map.copyOf(TransactionSynchronizationManager.getResourceMap()).forEach(LeftOpenTransactions::end);
		TransactionSynchronizationManager.clear();
		return open;
	}

	/**
	 * Roll back the transactions that an outer one does not contain, and close their
	 * connections. The outer one removes them from the thread when it ends.
	 */
	public static void rollback() {
		TransactionSynchronizationManager.getResourceMap().values().forEach((resource) -> {
			if (resource instanceof ConnectionHolder holder) {
				rollback(holder);
			}
		});
	}

	private static void end(Object key, Object resource) {
		if (resource instanceof ConnectionHolder holder) {
			TransactionSynchronizationManager.unbindResourceIfPossible(key);
			rollback(holder);
		}
	}

	/**
	 * End a transaction whose connection is bound to the current thread no more, since an
	 * outer transaction has ended before it.
	 * @param holder the holder of the connection
	 * @return whether the connection is not bound, and was open
	 */
	public static boolean end(ConnectionHolder holder) {
		return !TransactionSynchronizationManager.getResourceMap().containsValue(holder) && rollback(holder);
	}

	private static boolean rollback(ConnectionHolder holder) {
		try (Connection connection = holder.getConnection()) {
			if (connection.isClosed()) {
				return false;
			}
			connection.rollback();
		}
		catch (Throwable ex) {
			// Also an unchecked one of a pool, which would hide the outcome of the code
			logger.warn("A connection that was left open cannot be closed: " + ex.getClass().getName());
		}
		return true;
	}

}
