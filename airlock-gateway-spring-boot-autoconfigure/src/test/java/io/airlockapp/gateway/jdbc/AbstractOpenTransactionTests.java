/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.airlockapp.gateway.harp.SignerKey;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.hibernate.cfg.AvailableSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.EntityManagerFactoryUtils;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Base class of the tests for a journal or store that is used inside an open transaction
 * of the application.
 */
abstract class AbstractOpenTransactionTests {

	private static final SignerKey KEY = SignerKey.of("key-1", "faNZHuVE0rWOA9nlwnRCUH9k8d7qZUUDzWNxa83lqRU=");

	private final String id = UUID.randomUUID().toString();

	private final HikariDataSource pool = new HikariDataSource();

	private JdbcTemplate elsewhere;

	private EntityManagerFactory entities;

	abstract String url();

	@BeforeEach
	void start() {
		String url = url();
		this.elsewhere = new JdbcTemplate(new DriverManagerDataSource(url));
		Tables.create(this.elsewhere.getDataSource(), "AIRLOCK_APPROVAL", "AIRLOCK_NONCE", "AIRLOCK_PAIRING");
		this.elsewhere.execute("CREATE TABLE IF NOT EXISTS PAYMENT (ID VARCHAR(36) PRIMARY KEY)");
		this.pool.setJdbcUrl(url);
		this.pool.setMaximumPoolSize(2);
		this.pool.setConnectionTimeout(250);
	}

	@AfterEach
	void stop() {
		assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
		assertThat(TransactionSynchronizationManager.isSynchronizationActive()).isFalse();
		if (this.entities != null) {
			this.entities.close();
		}
		if (this.pool.isRunning()) {
			assertThat(this.pool.getHikariPoolMXBean().getActiveConnections()).isZero();
		}
		this.pool.close();
	}

	@ParameterizedTest
	@EnumSource
	void writesRemainWhenTransactionOfCallerRollsBack(Manager manager) {
		assertStay(manager, this.pool);
	}

	@ParameterizedTest
	@EnumSource
	void writesThroughTransactionAwareProxiesRemain(Manager manager) {
		assertStay(manager, new LazyConnectionDataSourceProxy(
				new TransactionAwareDataSourceProxy(new LazyConnectionDataSourceProxy(this.pool))));
	}

	private void assertStay(Manager manager, DataSource dataSource) {
		Application application = manager.start(this);
		application.transaction().executeWithoutResult((status) -> {
			application.pay(this.id);
			useAll(dataSource);
			status.setRollbackOnly();
		});
		assertThat(payments()).isZero();
		assertAllUsed();
	}

	@ParameterizedTest
	@EnumSource
	void writesAreVisibleBeforeCallerCommits(Manager manager) {
		Application application = manager.start(this);
		application.transaction().executeWithoutResult((status) -> {
			application.pay(this.id);
			useAll(this.pool);
			assertThat(payments()).isZero();
			assertAllUsed();

		});
		assertThat(payments()).isOne();
	}

	@ParameterizedTest
	@EnumSource
	void writesInReadOnlyTransactionSucceed(Manager manager) {
		TransactionTemplate readOnly = manager.start(this).transaction();
		readOnly.setReadOnly(true);
		readOnly.executeWithoutResult((status) -> {
			useAll(this.pool);
			assertThat(TransactionSynchronizationManager.isCurrentTransactionReadOnly()).isTrue();
		});
		assertAllUsed();
	}

	@ParameterizedTest
	@EnumSource
	void writesLeaveNoResourcesInTransactionOfCaller(Manager manager) {
		manager.start(this).transaction().executeWithoutResult((status) -> {
			Map<Object, Object> resources = TransactionSynchronizationManager.getResourceMap();
			List<TransactionSynchronization> synchronizations = TransactionSynchronizationManager.getSynchronizations();
			useAll(this.pool);
			assertThat(TransactionSynchronizationManager.getResourceMap()).isEqualTo(resources);
			assertThat(TransactionSynchronizationManager.getSynchronizations()).isEqualTo(synchronizations);
		});
	}

	@ParameterizedTest
	@EnumSource
	void writesInTransactionCallbacksAreCommitted(Manager manager) {
		Application application = manager.start(this);
		JdbcApprovalJournal journal = new JdbcApprovalJournal(this.pool, InstantSource.system());
		List<String> claimed = new ArrayList<>();
		Set<String> requests = new HashSet<>();
		application.transaction().executeWithoutResult((status) -> {
			application.pay(this.id);
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void beforeCommit(boolean readOnly) {
					claim("before-commit");
				}

				@Override
				public void afterCommit() {
					claim("after-commit");
				}

				@Override
				public void afterCompletion(int completion) {
					claim("after-completion");
				}

				private void claim(String step) {
					String requestId = step + AbstractOpenTransactionTests.this.id;
					requests.add(requestId);
					journal.open(requestId, Instant.now().plusSeconds(60));
					if (journal.claim(requestId) && isClaimed(requestId)) {
						claimed.add(step);
					}
				}

			});
		});
		assertThat(claimed).containsExactly("before-commit", "after-commit", "after-completion");
		assertThat(requests).allMatch(this::isClaimed);
		assertThat(payments()).isOne();
	}

	@ParameterizedTest
	@EnumSource
	void claimWhenCallerHoldsOnlyConnectionThrows(Manager manager) {
		this.pool.setMaximumPoolSize(1);
		Application application = manager.start(this);
		useAll(this.pool);
		application.transaction().executeWithoutResult((status) -> {
			application.pay(this.id);
			assertThatExceptionOfType(CannotGetJdbcConnectionException.class)
				.isThrownBy(() -> new JdbcApprovalJournal(this.pool, InstantSource.system()).claim(request()))
				.withMessageContaining("beside the one of the open transaction");
		});
		assertThat(payments()).isOne();
	}

	@ParameterizedTest
	@EnumSource
	void failedWriteDoesNotAffectTransactionOfCaller(Manager manager) {
		Application application = manager.start(this);
		JdbcPairingStore store = new JdbcPairingStore(this.pool);
		application.transaction().executeWithoutResult((status) -> {
			application.pay(this.id);
			assertThat(store.write(entry(), null, "{}")).isTrue();
			assertThat(store.write(entry(), null, "{}")).isFalse();
		});
		assertThat(payments()).isOne();
	}

	@Test
	void writesInReadOnlyTransactionAreNotRoutedToReplica() {
		AbstractRoutingDataSource routing = new AbstractRoutingDataSource() {

			@Override
			protected Object determineCurrentLookupKey() {
				return TransactionSynchronizationManager.isCurrentTransactionReadOnly() ? "replica" : "primary";
			}

		};
		routing.setLenientFallback(false);
		routing.setTargetDataSources(Map.of("primary", this.pool));
		routing.afterPropertiesSet();
		TransactionTemplate readOnly = Manager.JDBC.start(this).transaction();
		readOnly.setReadOnly(true);
		readOnly.executeWithoutResult((status) -> useAll(new LazyConnectionDataSourceProxy(routing)));
		assertAllUsed();
	}

	@Test
	void connectionsAreReturnedWithOriginalSettings() throws SQLException {
		SingleConnectionDataSource single = new SingleConnectionDataSource(url(), true);
		try {
			Connection connection = single.getConnection();
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			useAll(single);
			assertThat(connection.getAutoCommit()).isTrue();
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
			assertAllUsed();
		}
		finally {
			single.destroy();
		}
	}

	private void useAll(DataSource dataSource) {
		JdbcApprovalJournal journal = new JdbcApprovalJournal(dataSource, InstantSource.system());
		journal.open(request(), Instant.now().plusSeconds(60));
		assertThat(journal.claim(request())).isTrue();
		assertThat(journal.use(KEY, this.id, request())).isTrue();
		JdbcPairingStore store = new JdbcPairingStore(dataSource);
		assertThat(store.write(entry(), null, "{}")).isTrue();
		assertThat(store.read(entry())).isNotNull();
	}

	private void assertAllUsed() {
		assertThat(isClaimed(request())).isTrue();
		assertThat(this.elsewhere.queryForObject("SELECT COUNT(*) FROM AIRLOCK_NONCE WHERE REQUEST_ID = ?",
				Integer.class, request()))
			.isOne();
		assertThat(new JdbcPairingStore(this.elsewhere.getDataSource()).read(entry())).isNotNull();
	}

	private boolean isClaimed(String requestId) {
		return this.elsewhere.queryForObject(
				"SELECT COUNT(*) FROM AIRLOCK_APPROVAL WHERE REQUEST_ID = ? AND CLAIMED_AT IS NOT NULL", Integer.class,
				requestId) == 1;
	}

	private int payments() {
		return this.elsewhere.queryForObject("SELECT COUNT(*) FROM PAYMENT WHERE ID = ?", Integer.class, this.id);
	}

	private String request() {
		return "req-" + this.id;
	}

	private String entry() {
		return "entry-" + this.id;
	}

	private EntityManagerFactory entities() {
		LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
		factory.setDataSource(this.pool);
		factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
		factory.setManagedTypes(PersistenceManagedTypes.of(Payment.class.getName()));
		factory.setJpaPropertyMap(
				Map.of(AvailableSettings.CONNECTION_PROVIDER_DISABLES_AUTOCOMMIT, !this.pool.isAutoCommit()));
		factory.afterPropertiesSet();
		this.entities = factory.getObject();
		return this.entities;
	}

	/**
	 * An application with one of Spring's transaction managers.
	 */
	enum Manager {

		JPA, JPA_WITHOUT_AUTO_COMMIT, JDBC, JDBC_WITHOUT_AUTO_COMMIT;

		Application start(AbstractOpenTransactionTests test) {
			test.pool.setAutoCommit(this == JPA || this == JDBC);
			if (this == JDBC || this == JDBC_WITHOUT_AUTO_COMMIT) {
				return new Application(new TransactionTemplate(new JdbcTransactionManager(test.pool)),
						(id) -> new JdbcTemplate(test.pool).update("INSERT INTO PAYMENT (ID) VALUES (?)", id));
			}
			EntityManagerFactory entities = test.entities();
			return new Application(new TransactionTemplate(new JpaTransactionManager(entities)), (id) -> {
				EntityManager manager = EntityManagerFactoryUtils.getTransactionalEntityManager(entities);
				manager.persist(new Payment(id));
				manager.flush();
			});
		}

	}

	private record Application(TransactionTemplate transaction, Payments payments) {

		void pay(String id) {
			this.payments.pay(id);
		}

	}

	private interface Payments {

		void pay(String id);

	}

}
