/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.step;

import java.sql.Connection;
import java.util.HashMap;
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
	 * Return the connections that are bound to the current thread.
	 * @return the connections by their keys
	 */
	public static Map<Object, Object> connections() {
		Map<Object, Object> connections = new HashMap<>(TransactionSynchronizationManager.getResourceMap());
		connections.values().removeIf((resource) -> !(resource instanceof ConnectionHolder));
		return connections;
	}

	/**
	 * End the transactions inside of an outer one, which can then end as if they had
	 * never begun.
	 * @param outer the connections that were bound to the current thread in the outer one
	 */
	public static void end(Map<Object, Object> outer) {
		connections().forEach((key, resource) -> {
			if (!outer.containsValue(resource)) {
				end(key, resource);
			}
		});
		outer.forEach((key, resource) -> {
			if (!TransactionSynchronizationManager.hasResource(key)) {
				TransactionSynchronizationManager.bindResource(key, resource);
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
		return !isBound(holder) && rollback(holder);
	}

	/**
	 * Return whether a connection is bound to the current thread.
	 * @param holder the holder of the connection
	 * @return whether it is bound
	 */
	public static boolean isBound(ConnectionHolder holder) {
		return TransactionSynchronizationManager.getResourceMap().containsValue(holder);
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
