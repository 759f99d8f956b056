/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jpa;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.zaxxer.hikari.HikariDataSource;
import io.airlockapp.gateway.ApprovalListener.Attempt;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.CapturedLog;
import io.airlockapp.gateway.PendingApproval;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.PersistenceException;
import org.hibernate.SessionFactory;
import org.hibernate.engine.spi.SessionImplementor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.spy;

/**
 * Tests for {@link SessionConnectionReleaser}, with a session that is bound to the thread
 * as one in view is.
 */
class SessionConnectionReleaserTests {

	@RegisterExtension
	private final CapturedLog log = new CapturedLog(SessionConnectionReleaser.class);

	private final List<AutoCloseable> closeables = new ArrayList<>();

	private final SessionConnectionReleaser releaser = new SessionConnectionReleaser();

	private final HikariDataSource pool = new HikariDataSource();

	private final DelegatingDataSource dataSource = new DelegatingDataSource(this.pool);

	SessionConnectionReleaserTests() {
		this.pool.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID());
		this.pool.setMaximumPoolSize(2);
	}

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable closeable : this.closeables) {
			closeable.close();
		}
		this.pool.close();
		TransactionSynchronizationManager.getResourceMap()
			.keySet()
			.stream()
			.toList()
			.forEach(TransactionSynchronizationManager::unbindResource);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "DELAYED_ACQUISITION_AND_HOLD", "DELAYED_ACQUISITION_AND_RELEASE_AFTER_TRANSACTION",
			"DELAYED_ACQUISITION_AND_RELEASE_AFTER_STATEMENT" })
	void sessionGoesOnWithAnotherConnection(String handlingMode) {
		EntityManager session = open(
				handlingMode.isEmpty() ? Map.of() : Map.of("hibernate.connection.handling_mode", handlingMode));
		Cart first = session.find(Cart.class, 1L);
		assertThat(first.items).hasSize(2);
		Cart second = session.find(Cart.class, 2L);
		this.releaser.release();
		assertThat(active()).isZero();
		assertThat(session.find(Cart.class, 1L)).isSameAs(first);
		assertThat(second.items).hasSize(2);
		this.releaser.release();
		assertThat(active()).isZero();
		assertThat(this.log.list).isEmpty();
	}

	@Test
	void connectionWithoutAutoCommitIsReleased() {
		this.pool.setAutoCommit(false);
		EntityManager session = open(Map.of());
		Cart cart = session.find(Cart.class, 1L);
		this.releaser.release();
		assertThat(active()).isZero();
		assertThat(cart.items).hasSize(2);
	}

	@Test
	void listenerReleasesOnBeginAndBeforeSubmission() {
		EntityManager session = open(Map.of());
		session.find(Cart.class, 1L);
		Attempt attempt = this.releaser.begin(ApprovalRequest.builder("Refund", "Refund 1").build(), "command.review");
		assertThat(active()).isZero();
		session.find(Cart.class, 2L);
		assertThat(active()).isOne();
		Instant now = Instant.EPOCH;
		attempt.submitting(new PendingApproval("req-1", "Refund", now, now.plus(Duration.ofMinutes(5))));
		assertThat(active()).isZero();
	}

	@Test
	void openTransactionKeepsItsConnection() {
		EntityManager session = open(Map.of());
		List<Integer> seen = new ArrayList<>();
		transaction(session).executeWithoutResult((status) -> {
			session.find(Cart.class, 1L);
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					SessionConnectionReleaserTests.this.releaser.release();
					seen.add(active());
				}

			});
			this.releaser.release();
			seen.add(active());
		});
		assertThat(seen).containsExactly(1, 1);
		this.releaser.release();
		assertThat(active()).isZero();
	}

	@Test
	void transactionOutsideOfSpringKeepsConnection() {
		EntityManager session = open(Map.of());
		session.getTransaction().begin();
		session.persist(new Cart());
		this.releaser.release();
		assertThat(active()).isOne();
		session.getTransaction().commit();
		assertThat(session.createQuery("select c from Cart c", Cart.class).getResultList()).hasSize(3);
	}

	@Test
	void laterTransactionMayHaveAnIsolationLevelAndBeReadOnly() throws SQLException {
		EntityManager session = open(Map.of());
		session.find(Cart.class, 1L);
		this.releaser.release();
		TransactionTemplate transaction = transaction(session);
		transaction.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
		transaction.setReadOnly(true);
		Integer isolation = transaction.execute((status) -> isolation(session));
		assertThat(isolation).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
		this.releaser.release();
		assertThat(active()).isZero();
		try (Connection connection = this.pool.getConnection()) {
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
		}
	}

	@Test
	void openResultKeepsConnectionAndIsLoggedAsWarningOnce() {
		EntityManager session = open(Map.of());
		try (Stream<Cart> carts = session.createQuery("select c from Cart c order by c.id", Cart.class)
			.getResultStream()) {
			Iterator<Cart> iterator = carts.iterator();
			assertThat(iterator.next().id).isOne();
			this.releaser.release();
			this.releaser.release();
			assertThat(active()).isOne();
			assertThat(iterator.next().id).isEqualTo(2);
		}
		assertThat(this.log.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.DEBUG);
		assertThat(this.log.list.get(0).getFormattedMessage()).contains("a result of a query is still open");
		this.releaser.release();
		assertThat(active()).isZero();
	}

	@Test
	void connectionThatWasHandedOverIsKept() throws SQLException {
		SessionFactory factory = start(Map.of()).unwrap(SessionFactory.class);
		try (Connection connection = this.pool.getConnection();
				EntityManager session = factory.withOptions().connection(connection).openSession()) {
			bind(factory, session);
			Cart cart = session.find(Cart.class, 1L);
			this.releaser.release();
			assertThat(cart.items).hasSize(2);
			assertThat(connection.isClosed()).isFalse();
		}
		assertThat(this.log.list).singleElement()
			.satisfies((event) -> assertThat(event.getLevel()).isEqualTo(Level.WARN))
			.extracting(ILoggingEvent::getFormattedMessage)
			.asString()
			.contains("'spring.jpa.open-in-view'");
	}

	@Test
	void failureIsLoggedAndTheSessionGoesOn() throws SQLException {
		EntityManager session = open(Map.of());
		Connection connection = this.pool.getConnection();
		this.closeables.add(connection);
		Connection broken = spy(connection);
		doThrow(new SQLException("secret")).when(broken).close();
		this.dataSource.setTargetDataSource(new DelegatingDataSource(this.pool) {

			@Override
			public Connection getConnection() {
				return broken;
			}

		});
		Cart cart = session.find(Cart.class, 1L);
		this.releaser.release();
		assertThat(this.log.list).singleElement()
			.satisfies((event) -> assertThat(event.getLevel()).isEqualTo(Level.WARN))
			.extracting(ILoggingEvent::getFormattedMessage)
			.asString()
			.contains("SQLException")
			.doesNotContain("secret");
		this.dataSource.setTargetDataSource(this.pool);
		assertThat(cart.items).hasSize(2);
	}

	@Test
	void releaseIgnoresOtherResourcesAndProviders() {
		EntityManager other = mock(EntityManager.class);
		given(other.unwrap(SessionImplementor.class)).willThrow(new PersistenceException());
		bind(new Object(), other);
		TransactionSynchronizationManager.bindResource("key", "value");
		EntityManager session = open(Map.of());
		session.find(Cart.class, 1L);
		this.releaser.release();
		assertThat(active()).isZero();
	}

	private int active() {
		return this.pool.getHikariPoolMXBean().getActiveConnections();
	}

	private static int isolation(EntityManager session) {
		return session.unwrap(SessionImplementor.class).doReturningWork(Connection::getTransactionIsolation);
	}

	private static TransactionTemplate transaction(EntityManager session) {
		EntityManagerFactory factory = (EntityManagerFactory) TransactionSynchronizationManager.getResourceMap()
			.keySet()
			.iterator()
			.next();
		return new TransactionTemplate(new JpaTransactionManager(factory));
	}

	private EntityManager open(Map<String, String> properties) {
		EntityManagerFactory factory = start(properties);
		EntityManager session = factory.createEntityManager();
		this.closeables.add(0, session);
		bind(factory, session);
		return session;
	}

	private static void bind(Object key, EntityManager session) {
		TransactionSynchronizationManager.bindResource(key, new EntityManagerHolder(session));
	}

	private EntityManagerFactory start(Map<String, String> properties) {
		LocalContainerEntityManagerFactoryBean bean = new LocalContainerEntityManagerFactoryBean();
		bean.setDataSource(this.dataSource);
		bean.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
		bean.setManagedTypes(PersistenceManagedTypes.of(Cart.class.getName(), Item.class.getName()));
		bean.setJpaPropertyMap(Map.of("hibernate.hbm2ddl.auto", "create"));
		bean.getJpaPropertyMap().putAll(properties);
		bean.afterPropertiesSet();
		EntityManagerFactory factory = bean.getObject();
		assertThat(factory).isNotNull();
		this.closeables.add(factory);
		try (EntityManager manager = factory.createEntityManager()) {
			manager.getTransaction().begin();
			manager.persist(new Cart(new Item(), new Item()));
			manager.persist(new Cart(new Item(), new Item()));
			manager.getTransaction().commit();
		}
		return factory;
	}

	@Entity(name = "Cart")
	static class Cart {

		@Id
		@GeneratedValue
		private long id;

		@OneToMany(cascade = CascadeType.ALL)
		private List<Item> items = new ArrayList<>();

		Cart(Item... items) {
			this.items.addAll(List.of(items));
		}

		protected Cart() {
		}

	}

	@Entity(name = "Item")
	static class Item {

		@Id
		@GeneratedValue
		private long id;

	}

}
