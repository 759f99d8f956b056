/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.client.ClaimedPairing;
import io.airlockapp.gateway.client.PairingState;
import io.airlockapp.gateway.client.PairingStatus;
import io.airlockapp.gateway.pairing.GatewayPairingManager;
import io.airlockapp.gateway.pairing.ManagedPairingSource;
import io.airlockapp.gateway.pairing.PairingDependencies;
import io.airlockapp.gateway.store.AbstractPairingStoreTests;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.store.PairingStoreException;
import io.airlockapp.gateway.support.Ticker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.mockito.InOrder;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;

/**
 * Base class of the tests for {@link JdbcPairingStore} on each database.
 */
abstract class AbstractJdbcPairingStoreTests extends AbstractPairingStoreTests {

	private DataSource dataSource;

	private JdbcTemplate jdbc;

	abstract DataSource dataSource();

	@BeforeEach
	void createTable() {
		this.dataSource = dataSource();
		this.jdbc = new JdbcTemplate(this.dataSource);
		Tables.create(this.dataSource, "AIRLOCK_PAIRING");
	}

	@Override
	protected PairingStore store() {
		return new JdbcPairingStore(this.dataSource);
	}

	@Test
	void connectionFailsIfTheDatabaseDoesNotRespond() throws SQLException {
		Connection connection = mock(Connection.class, delegatesTo(this.dataSource.getConnection()));
		given(connection.getNetworkTimeout()).willReturn(30_000);
		assertThat(new JdbcPairingStore(new SingleConnectionDataSource(connection, false)).read(this.name)).isNull();
		InOrder order = inOrder(connection);
		order.verify(connection).setNetworkTimeout(any(), eq(10_000));
		order.verify(connection).commit();
		order.verify(connection).setNetworkTimeout(any(), eq(30_000));
		order.verify(connection).close();
	}

	@Test
	void entryIsKeptWhenTransactionOfCallerIsRolledBack() {
		PairingStore store = store();
		new TransactionTemplate(new JdbcTransactionManager(this.dataSource)).executeWithoutResult((status) -> {
			assertThat(store.write(this.name, null, SECRET)).isTrue();
			status.setRollbackOnly();
		});
		assertThat(read(store, this.name).text()).isEqualTo(SECRET);
	}

	@Test
	void writeWhenAnotherInstanceWinsKeepsTransactionOfCaller() {
		PairingStore store = storeWith(Map.of(this.name, "1"));
		new TransactionTemplate(new JdbcTransactionManager(this.dataSource)).executeWithoutResult((status) -> {
			assertThat(store.write(this.name, null, "2")).isFalse();
			this.jdbc.update("UPDATE AIRLOCK_PAIRING SET CONTENT = 'callers' WHERE NAME = ?", this.name);
		});
		assertThat(read(store, this.name).text()).isEqualTo("callers");
	}

	@Test
	void instancesThatStartAtOnceClaimACodeOnce() {
		AirlockGatewayOperations gateway = mock();
		given(gateway.claimPairing(any())).willReturn(new ClaimedPairing("pn-1", null, null));
		given(gateway.getPairingStatus("pn-1"))
			.willReturn(new PairingStatus("pn-1", PairingState.PENDING, null, null, null));
		String pairing = "at-once-" + UUID.randomUUID().toString().substring(0, 8);
		List<GatewayPairingManager> instances = Stream.generate(() -> manager(gateway, pairing)).limit(8).toList();
		try {
			instances.parallelStream().forEach(GatewayPairingManager::start);
			await().until(() -> instances.stream()
				.allMatch((instance) -> instance.getStatus(pairing).pendingUntil() != null));
			then(gateway).should().claimPairing(any());
		}
		finally {
			instances.forEach(GatewayPairingManager::stop);
		}
	}

	private GatewayPairingManager manager(AirlockGatewayOperations gateway, String pairing) {
		ManagedPairingSource source = new ManagedPairingSource(store(), Map::of, (name) -> {
		}, (event) -> {
		}, InstantSource.system());
		return new GatewayPairingManager(source,
				new PairingDependencies(gateway, new Enforcer("shop", "Shop", "device-1", "payments", "", "shop"),
						"https://igw.example.org", (task) -> task, Duration.ofSeconds(1), InstantSource.system(),
						Ticker.system()),
				Map.of(pairing, "QX7K93"), Set.of());
	}

	@Test
	void messageOfRefusedRowDoesNotContainText() {
		this.jdbc.execute("DROP TABLE AIRLOCK_PAIRING");
		this.jdbc.execute("CREATE TABLE AIRLOCK_PAIRING (NAME VARCHAR(64) PRIMARY KEY, VERSION CHAR(36), "
				+ "CONTENT VARCHAR(100), CHECK (CONTENT NOT LIKE '%rt_%'))");
		try {
			PairingStore store = store();
			for (String text : new String[] { SECRET, "rt_7c1f".repeat(100) }) {
				assertThatExceptionOfType(PairingStoreException.class)
					.isThrownBy(() -> store.write(this.name, null, text))
					.withMessageContainingAll(this.name, "AIRLOCK_PAIRING takes no such row")
					.satisfies((ex) -> assertThat(ex).hasNoSuppressedExceptions()
						.hasNoCause()
						.message()
						.doesNotContain("rt_7c1f"));
			}
		}
		finally {
			this.jdbc.execute("DROP TABLE AIRLOCK_PAIRING");
		}
	}

	@Test
	void readWhenTableIsMissingThrows() {
		this.jdbc.execute("DROP TABLE AIRLOCK_PAIRING");
		PairingStore store = store();
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> store.read(this.name));
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(() -> store.write(this.name, null, SECRET));
	}

}
