/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.hibernate.cfg.AvailableSettings;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.EntityManagerFactoryUtils;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Application with one of Spring's transaction managers, which stores payments.
 */
final class TestApplication implements AutoCloseable {

	private final AbstractPlatformTransactionManager manager;

	private final Runnable payments;

	private final Runnable close;

	private TestApplication(AbstractPlatformTransactionManager manager, Runnable payments, Runnable close) {
		this.manager = manager;
		this.payments = payments;
		this.close = close;
	}

	static TestApplication jdbc(DataSource dataSource) {
		return new TestApplication(new JdbcTransactionManager(dataSource),
				() -> new JdbcTemplate(dataSource).update("INSERT INTO PAYMENT (ID) VALUES (?)", newId()), () -> {
				});
	}

	static TestApplication jpa(DataSource dataSource, boolean autoCommit) {
		return jpa(dataSource, Map.of(AvailableSettings.CONNECTION_PROVIDER_DISABLES_AUTOCOMMIT, !autoCommit));
	}

	static TestApplication jpa(DataSource dataSource, Map<String, ?> properties) {
		LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
		factory.setDataSource(dataSource);
		factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
		factory.setManagedTypes(PersistenceManagedTypes.of(Payment.class.getName()));
		factory.setJpaPropertyMap(properties);
		factory.afterPropertiesSet();
		EntityManagerFactory entities = factory.getObject();
		return new TestApplication(new JpaTransactionManager(entities), () -> {
			EntityManager manager = EntityManagerFactoryUtils.getTransactionalEntityManager(entities);
			manager.persist(new Payment(newId()));
		}, entities::close);
	}

	private static String newId() {
		return UUID.randomUUID().toString();
	}

	TestApplication with(TransactionExecutionListener listener) {
		this.manager.setTransactionExecutionListeners(List.of(listener));
		return this;
	}

	AbstractPlatformTransactionManager manager() {
		return this.manager;
	}

	TransactionTemplate transaction() {
		return new TransactionTemplate(this.manager);
	}

	TransactionTemplate newTransaction() {
		TransactionTemplate transaction = transaction();
		transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		return transaction;
	}

	TransactionTemplate readOnly() {
		TransactionTemplate transaction = transaction();
		transaction.setReadOnly(true);
		return transaction;
	}

	void pay() {
		this.payments.run();
	}

	@Override
	public void close() {
		this.close.run();
	}

	/**
	 * Test for each kind of application.
	 */
	@ParameterizedTest
	@EnumSource(Kind.class)
	@Retention(RetentionPolicy.RUNTIME)
	@interface EachKind {

	}

	/**
	 * Test for each kind of application with JPA.
	 */
	@ParameterizedTest
	@EnumSource(value = Kind.class, names = { "JPA", "JPA_WITHOUT_AUTO_COMMIT" })
	@Retention(RetentionPolicy.RUNTIME)
	@interface EachJpaKind {

	}

	/**
	 * Kinds of applications.
	 */
	enum Kind {

		JDBC, JDBC_WITHOUT_AUTO_COMMIT, JPA, JPA_WITHOUT_AUTO_COMMIT;

		TestApplication start(TestDatabase database) {
			boolean autoCommit = this == JDBC || this == JPA;
			if (!autoCommit) {
				database.withoutAutoCommit();
			}
			return (this == JDBC || this == JDBC_WITHOUT_AUTO_COMMIT) ? jdbc(database.dataSource())
					: jpa(database.dataSource(), autoCommit);
		}

	}

}
