/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Finds the connections to a database that are bound to the current thread, also if they
 * are bound for another proxy of the same {@link DataSource}.
 */
public final class BoundConnections {

	private final DataSource dataSource;

	private final DataSource root;

	BoundConnections(DataSource dataSource) {
		this.dataSource = withoutTransactionAwareness(dataSource);
		this.root = root(this.dataSource);
	}

	/**
	 * Return the data source for which transaction managers bind connections: they use
	 * the target of a proxy that returns bound connections.
	 * @param dataSource the data source, which may be such a proxy
	 * @return the data source itself, or the target
	 */
	public static DataSource withoutTransactionAwareness(DataSource dataSource) {
		DataSource current = dataSource;
		while (current instanceof TransactionAwareDataSourceProxy proxy && proxy.getTargetDataSource() != null) {
			current = proxy.getTargetDataSource();
		}
		return current;
	}

	/**
	 * Ends at a proxy that returns bound connections: a connection of it must not be
	 * bound for its target, since it would then be its own target.
	 */
	private static DataSource root(DataSource dataSource) {
		DataSource current = dataSource;
		while (current instanceof DelegatingDataSource delegating && delegating.getTargetDataSource() != null
				&& !(current instanceof TransactionAwareDataSourceProxy)) {
			current = delegating.getTargetDataSource();
		}
		return current;
	}

	/**
	 * Return the connection of the transaction of the current thread, otherwise another
	 * one that is bound to it.
	 */
	@Nullable BoundConnection find() {
		List<BoundConnection> all = findAll();
		return all.stream()
			.filter(BoundConnection::isInTransaction)
			.findFirst()
			.orElse(all.isEmpty() ? null : all.get(0));
	}

	/**
	 * Return the data source for which the connection of the transaction of the current
	 * thread is bound, otherwise the data source itself.
	 */
	DataSource findDataSource() {
		BoundConnection bound = find();
		return (bound != null && bound.isInTransaction()) ? bound.dataSource() : this.dataSource;
	}

	/**
	 * Return whether the current thread has transactions on several connections.
	 */
	boolean areSeveralInTransaction() {
		return findAll().stream()
			.filter(BoundConnection::isInTransaction)
			.map(BoundConnection::holder)
			.distinct()
			.count() > 1;
	}

	boolean contains(ConnectionHolder holder) {
		return findAll().stream().anyMatch((bound) -> bound.holder() == holder);
	}

	/**
	 * Find all, beginning with that for the data source itself.
	 */
	private List<BoundConnection> findAll() {
		return TransactionSynchronizationManager.getResourceMap()
			.entrySet()
			.stream()
			.flatMap((entry) -> BoundConnection.of(entry).stream())
			.filter((bound) -> root(bound.dataSource()).equals(this.root))
			.sorted(Comparator.comparing((bound) -> !bound.dataSource().equals(this.dataSource)))
			.toList();
	}

	/**
	 * Connection that is bound to the current thread.
	 *
	 * @param dataSource the data source for which it is bound
	 * @param holder the holder of the connection
	 */
	record BoundConnection(DataSource dataSource, ConnectionHolder holder) {

		static Optional<BoundConnection> of(Map.Entry<Object, Object> resource) {
			return (resource.getKey() instanceof DataSource dataSource
					&& resource.getValue() instanceof ConnectionHolder holder)
							? Optional.of(new BoundConnection(dataSource, holder)) : Optional.empty();
		}

		/**
		 * Return whether a transaction manager bound the connection for a transaction.
		 * Otherwise, it was bound for reuse when a statement was executed in a
		 * transaction that is not one of this database, and commits on its own.
		 */
		boolean isInTransaction() {
			return !this.holder.isSynchronizedWithTransaction() || new Probe(this.dataSource).isTransactionActive();
		}

	}

	/**
	 * Transaction manager that determines whether the bound connection is one that a
	 * manager for JDBC began a transaction with. The flag of the holder is not public.
	 */
	private static final class Probe extends DataSourceTransactionManager {

		Probe(DataSource dataSource) {
			super(dataSource);
		}

		boolean isTransactionActive() {
			return isExistingTransaction(doGetTransaction());
		}

	}

}
