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
import org.springframework.jdbc.datasource.SimpleConnectionHandle;
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
			TransactionSynchronizationManager.registerSynchronization(new Completion(status, holder));
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
	 * If another transaction is left open inside of one whose commit fails, only that is
	 * completed.
	 */
	@Override
	public void afterRollback(TransactionExecution transaction, @Nullable Throwable failure) {
		ConnectionHolder holder = findHolder(transaction);
		if (holder != null && isJdbc(holder) && isOpen(holder) && !isRolledBack(holder)
				&& (failure != null || rollback(holder))) {
			ended(holder);
		}
	}

	/**
	 * Return whether a manager for JDBC began the transaction, whose connection remains
	 * until it is completed.
	 */
	private static boolean isJdbc(ConnectionHolder holder) {
		return holder.getConnectionHandle() instanceof SimpleConnectionHandle;
	}

	/**
	 * Roll back a transaction.
	 * @return {@code false} if its end is not known
	 */
	private static boolean rollback(ConnectionHolder holder) {
		holder.requested();
		try {
			Connection connection = holder.getConnection();
			if (!connection.getAutoCommit()) {
				connection.rollback();
			}
			return true;
		}
		catch (Throwable ex) {
			return false;
		}
		finally {
			holder.released();
		}
	}

	/**
	 * Note that a transaction of a connection has begun.
	 */
	static void begun(ConnectionHolder holder) {
		bind(holder, State.OPEN);
	}

	private static void bind(ConnectionHolder holder, Object state) {
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
	 * Return whether a transaction was rolled back that is left open.
	 */
	static boolean isRolledBack(ConnectionHolder holder) {
		return TransactionSynchronizationManager.getResource(new Begun(holder)) instanceof TransactionExecution;
	}

	/**
	 * Return the connections of transactions that began in the current thread, and whose
	 * end was not seen: of those inside of another one that has ended meanwhile, nothing
	 * else is left in the thread. Those that were rolled back when Spring completed them
	 * are not open.
	 */
	static Set<ConnectionHolder> findOpen() {
		return TransactionSynchronizationManager.getResourceMap()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getKey() instanceof Begun
					&& !(entry.getValue() instanceof TransactionExecution transaction && transaction.isCompleted()))
			.map((entry) -> ((Begun) entry.getKey()).holder())
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
	 * Key for the resource with the state of a transaction whose end was not seen, or the
	 * transaction itself if it was rolled back.
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
		PARTLY_ROLLED_BACK

	}

	/**
	 * {@link TransactionSynchronization} that rolls back a transaction which Spring
	 * neither commits nor rolls back, since another synchronization failed with a
	 * {@code TransactionException} before the commit, or since an outer one is rolled
	 * back before it. Its connection would commit it, or keep its locks.
	 */
	private static final class Completion implements TransactionSynchronization {

		private final TransactionExecution transaction;

		private final ConnectionHolder holder;

		private boolean completing;

		Completion(TransactionExecution transaction, ConnectionHolder holder) {
			this.transaction = transaction;
			this.holder = holder;
		}

		@Override
		public void beforeCompletion() {
			this.completing = true;
		}

		@Override
		public void afterCompletion(int status) {
			if (status == STATUS_COMMITTED || !isOpen(this.holder)) {
				return;
			}
			// Otherwise, JPA has rolled it back, and would open another connection
			boolean required = !this.completing || status != STATUS_ROLLED_BACK || isJdbc(this.holder);
			if (required && !rollback(this.holder)) {
				return;
			}
			if (RunningCall.currentRunId() != null) {
				bind(this.holder, this.transaction);
			}
			else {
				ended(this.holder);
			}
		}

	}

}
