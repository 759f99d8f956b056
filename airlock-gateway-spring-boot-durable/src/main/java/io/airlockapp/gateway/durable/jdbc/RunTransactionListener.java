/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.InstantSource;
import java.util.Set;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableApprovals;
import io.airlockapp.gateway.durable.RunningCall;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.JdbcTransactionObjectSupport;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * {@link TransactionExecutionListener} that records the commit of each transaction of the
 * call that runs in the current thread, in that transaction. If an operator has resolved
 * the call meanwhile, or another run has it, the transaction is rolled back.
 * <p>
 * A read-only transaction is left alone if the database enforces it.
 */
public final class RunTransactionListener implements TransactionExecutionListener {

	/**
	 * The SQL state of a change in a read-only transaction.
	 */
	private static final String READ_ONLY = "25006";

	private final BoundConnections connections;

	private final InstantSource clock;

	/**
	 * Create a listener for the application's transaction managers.
	 * @param dataSource the database in which calls are recorded
	 * @param clock the time of day
	 */
	public RunTransactionListener(DataSource dataSource, InstantSource clock) {
		this.connections = new BoundConnections(dataSource);
		this.clock = clock;
	}

	@Override
	public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
		ConnectionHolder holder = (failure == null) ? findHolder(transaction) : null;
		if (holder == null) {
			return;
		}
		begun(holder);
		if (transaction instanceof DefaultTransactionStatus status && status.isNewSynchronization()) {
			TransactionSynchronizationManager.registerSynchronization(new Completion(holder));
			if (RunningCall.currentRunId() != null) {
				RunningCall.recordTransaction();
			}
		}
	}

	@Override
	public void beforeCommit(TransactionExecution transaction) {
		ConnectionHolder holder = findHolder(transaction);
		if (holder == null) {
			return;
		}
		boolean partlyRolledBack = is(State.PARTLY_ROLLED_BACK, holder);
		ended(holder);
		if (partlyRolledBack) {
			// A transaction manager for JPA does not ask the holder
			throw new IllegalStateException(
					"The transaction cannot be committed, because the database has rolled back its first part");
		}
		String runId = RunningCall.currentRunId();
		if (runId != null) {
			commit(DurableApprovals.current().orElseThrow(), runId, holder, transaction.isReadOnly());
		}
	}

	@Override
	public void beforeRollback(TransactionExecution transaction) {
		ConnectionHolder holder = findHolder(transaction);
		if (holder != null) {
			ended(holder);
		}
	}

	/**
	 * Note that a transaction of a connection has begun.
	 */
	static void begun(ConnectionHolder holder) {
		bind(holder, State.OPEN);
	}

	private static void bind(ConnectionHolder holder, State state) {
		ended(holder);
		TransactionSynchronizationManager.bindResource(new Begun(holder), state);
	}

	private static boolean is(State state, ConnectionHolder holder) {
		return TransactionSynchronizationManager.getResource(new Begun(holder)) == state;
	}

	/**
	 * Note that the database has rolled back the first part of a transaction of a
	 * connection. Others can set the holder to roll back only, which a transaction
	 * manager for JPA ignores.
	 */
	static void rolledBack(ConnectionHolder holder) {
		holder.setRollbackOnly();
		if (isOpen(holder)) {
			bind(holder, State.PARTLY_ROLLED_BACK);
		}
	}

	/**
	 * Note that a transaction of a connection is being committed, or was rolled back.
	 */
	static void ended(ConnectionHolder holder) {
		TransactionSynchronizationManager.unbindResourceIfPossible(new Begun(holder));
	}

	/**
	 * Return whether a transaction of a connection was seen to begin, and is not being
	 * committed. Others may be committed while the connection is still bound.
	 */
	static boolean isOpen(ConnectionHolder holder) {
		return TransactionSynchronizationManager.hasResource(new Begun(holder));
	}

	/**
	 * Return whether a transaction was rolled back that may be left open.
	 */
	static boolean isRolledBack(ConnectionHolder holder) {
		return is(State.ROLLED_BACK, holder);
	}

	/**
	 * Return the connections of transactions that began in the current thread, and whose
	 * end was not seen: of those inside of another one that has ended meanwhile, nothing
	 * else is left in the thread.
	 */
	static Set<ConnectionHolder> findOpen() {
		return TransactionSynchronizationManager.getResourceMap()
			.keySet()
			.stream()
			.filter(Begun.class::isInstance)
			.map((begun) -> ((Begun) begun).holder())
			.collect(Collectors.toSet());
	}

	/**
	 * Return the holder of the transaction's connection. That the thread has one is not
	 * sufficient: it may be that of an outer transaction, while one in another database
	 * is committed. Nor is it necessary: an inner transaction that was left open has
	 * suspended that of the outer one, which is committed nevertheless.
	 */
	private @Nullable ConnectionHolder findHolder(TransactionExecution transaction) {
		return (transaction instanceof DefaultTransactionStatus status && status.isNewTransaction()
				&& status.getTransaction() instanceof JdbcTransactionObjectSupport object
				&& object.hasConnectionHolder()
				&& (isOpen(object.getConnectionHolder()) || this.connections.contains(object.getConnectionHolder())))
						? object.getConnectionHolder() : null;
	}

	private void commit(DurableApproval approval, String runId, ConnectionHolder holder, boolean readOnly) {
		holder.requested();
		try {
			JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(holder.getConnection(), true));
			if (!(readOnly ? commitUnlessRefused(jdbc, approval, runId) : commit(jdbc, approval, runId))) {
				// Not a TransactionException, after which nothing would be rolled back
				throw new IllegalStateException("The transaction is rolled back, because this run of call '"
						+ approval.id() + "' was resolved or replaced meanwhile, or commits more than "
						+ RunClaims.SLOTS + " transactions at the same time");
			}
		}
		finally {
			holder.released();
		}
	}

	private boolean commit(JdbcTemplate jdbc, DurableApproval approval, String runId) {
		return new RunClaims(jdbc).commit(approval.id(), runId, this.clock.millis());
	}

	/**
	 * Only the database knows whether it enforces what was requested: it then refuses the
	 * change. The connection may return that it is read-only in either case.
	 */
	private boolean commitUnlessRefused(JdbcTemplate jdbc, DurableApproval approval, String runId) {
		return Boolean.TRUE.equals(jdbc.execute((ConnectionCallback<Boolean>) (connection) -> {
			Savepoint savepoint = connection.setSavepoint();
			try {
				return commit(jdbc, approval, runId);
			}
			catch (DataAccessException ex) {
				if (!(ex.getRootCause() instanceof SQLException cause && READ_ONLY.equals(cause.getSQLState()))) {
					throw ex;
				}
				connection.rollback(savepoint);
				return true;
			}
		}));
	}

	/**
	 * Key for the resource with the state of a transaction whose end was not seen.
	 *
	 * @param holder the holder of the transaction's connection
	 */
	private record Begun(ConnectionHolder holder) {
	}

	private enum State {

		OPEN,

		/**
		 * The database has rolled back the first part.
		 */
		PARTLY_ROLLED_BACK,

		ROLLED_BACK

	}

	/**
	 * {@link TransactionSynchronization} that rolls back a transaction which Spring
	 * neither commits nor rolls back, since another synchronization failed with a
	 * {@code TransactionException} before the commit, or since an outer one is rolled
	 * back before it. Its connection would commit it, or keep its locks.
	 *
	 * @param holder the holder of the transaction's connection
	 */
	private record Completion(ConnectionHolder holder) implements TransactionSynchronization {

		@Override
		public void afterCompletion(int status) {
			if (status == STATUS_COMMITTED || !isOpen(this.holder) || !rollback()) {
				return;
			}
			if (RunningCall.currentRunId() != null) {
				bind(this.holder, State.ROLLED_BACK);
			}
			else {
				ended(this.holder);
			}
		}

		private boolean rollback() {
			this.holder.requested();
			try {
				Connection connection = this.holder.getConnection();
				if (!connection.getAutoCommit()) {
					connection.rollback();
				}
				return true;
			}
			catch (Throwable ex) {
				// Its end is not known
				return false;
			}
			finally {
				this.holder.released();
			}
		}

	}

}
