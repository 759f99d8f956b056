/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

import javax.sql.DataSource;

import io.airlockapp.gateway.halt.HaltState;
import io.airlockapp.gateway.support.Concurrently;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.InOrder;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link JdbcHaltStore}.
 */
abstract class AbstractJdbcHaltStoreTests {

	private static final HaltState STATE = new HaltState("fraud", "ann", Instant.parse("2026-01-01T12:00:00.123456Z"));

	private DataSource dataSource;

	private JdbcHaltStore store;

	abstract DataSource dataSource();

	@BeforeEach
	void createTable() {
		this.dataSource = dataSource();
		this.store = new JdbcHaltStore(this.dataSource);
		Tables.create(this.dataSource, "AIRLOCK_HALT");
		HaltState left = this.store.read();
		if (left != null) {
			this.store.remove(left);
		}
	}

	@Test
	void stateIsThatOfAllInstances() {
		JdbcHaltStore other = new JdbcHaltStore(this.dataSource);
		assertThat(other.read()).isNull();
		this.store.write(STATE);
		assertThat(other.read()).isEqualTo(STATE);
		HaltState replaced = new HaltState("x".repeat(900) + " <\u0416>", null, Instant.EPOCH);
		this.store.write(replaced);
		assertThat(other.read()).isEqualTo(replaced);
		assertThat(other.remove(replaced)).isTrue();
		assertThat(other.remove(replaced)).isFalse();
		assertThat(this.store.read()).isNull();
	}

	@Test
	void haltThatReplacedTheKnownOneIsNotRemoved() {
		this.store.write(STATE);
		HaltState newer = new HaltState("stolen phone", "bob", STATE.since().plusMillis(1));
		new JdbcHaltStore(this.dataSource).write(newer);
		assertThat(this.store.remove(STATE)).isFalse();
		assertThat(this.store.read()).isEqualTo(newer);
	}

	@Test
	void haltIsNotRolledBackWithTheTransactionOfTheCaller() {
		new TransactionTemplate(new JdbcTransactionManager(this.dataSource)).executeWithoutResult((status) -> {
			this.store.write(STATE);
			status.setRollbackOnly();
		});
		assertThat(this.store.read()).isEqualTo(STATE);
	}

	@Test
	@Timeout(30)
	void statementThatWaitsForALockFails() throws SQLException {
		this.store.write(STATE);
		try (Connection locking = this.dataSource.getConnection()) {
			locking.setAutoCommit(false);
			try (Statement statement = locking.createStatement()) {
				statement.executeUpdate("UPDATE AIRLOCK_HALT SET REASON = 'locked'");
				assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> this.store.remove(STATE));
			}
			locking.rollback();
		}
		assertThat(this.store.read()).isEqualTo(STATE);
	}

	@Test
	void connectionFailsIfTheDatabaseDoesNotRespond() throws SQLException {
		Connection connection = mock(Connection.class, delegatesTo(this.dataSource.getConnection()));
		given(connection.getNetworkTimeout()).willReturn(30_000);
		assertThat(new JdbcHaltStore(new SingleConnectionDataSource(connection, false)).read()).isNull();
		InOrder order = inOrder(connection);
		order.verify(connection).setNetworkTimeout(any(), eq(4000));
		order.verify(connection).commit();
		order.verify(connection).setNetworkTimeout(any(), eq(30_000));
		order.verify(connection).close();
	}

	@Test
	void statementsOfOthersOnTheConnectionHaveNoTimeout() throws SQLException {
		SingleConnectionDataSource single = new SingleConnectionDataSource(this.dataSource.getConnection(), true);
		try (Statement statement = single.getConnection().createStatement()) {
			int before = single.getConnection().getNetworkTimeout();
			JdbcHaltStore pooled = new JdbcHaltStore(single);
			pooled.write(STATE);
			assertThat(pooled.read()).isEqualTo(STATE);
			assertThat(statement.getQueryTimeout()).isZero();
			assertThat(single.getConnection().getNetworkTimeout()).isEqualTo(before);
		}
		finally {
			single.destroy();
		}
	}

	@Test
	void instancesAreHaltedAtTheSameTime() throws Exception {
		Concurrently.call(4, () -> {
			new JdbcHaltStore(this.dataSource).write(STATE);
			return true;
		});
		assertThat(this.store.read()).isEqualTo(STATE);
	}

}
