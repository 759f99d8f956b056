/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure.listeners;

import javax.sql.DataSource;

import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityListeners;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceUnit;
import jakarta.persistence.PrePersist;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for entity listeners and converters, of which Hibernate makes objects itself if
 * Spring cannot, or if it does not ask Spring.
 */
class GuardedEntityListenersTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AirlockApprovalAutoConfiguration.class, DataSourceAutoConfiguration.class,
						HibernateJpaAutoConfiguration.class, TransactionAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true", "spring.jpa.hibernate.ddl-auto=create")
		.withBean(ApprovalGate.class, () -> (call) -> {
		});

	@ParameterizedTest
	@ValueSource(classes = { Payout.class, Refund.class, Transfer.class })
	void guardedListenerCreatedBySpringForHibernateFailsStart(Class<?> entity) {
		assertRefused(this.contextRunner.withBean(PersistenceManagedTypes.class,
				() -> PersistenceManagedTypes.of(entity.getName())), entity.getSimpleName() + "Listener");
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnFactory.class, CompletedFactory.class, WithoutJpa.class, LazyFactory.class })
	void guardedListenerBeanFailsStart(Class<?> configuration) {
		assertRefused(this.contextRunner.withBean(PayoutListener.class).withUserConfiguration(configuration),
				"PayoutListener");
		assertRefused(this.contextRunner
			.withBean(PayoutListener.class, PayoutListener::new, (definition) -> definition.setLazyInit(true))
			.withUserConfiguration(configuration), "PayoutListener");
	}

	@Test
	void guardedConverterBeanFailsStart() {
		assertRefused(this.contextRunner.withBean(PayoutConverter.class), "PayoutConverter");
	}

	private static void assertRefused(ApplicationContextRunner runner, String type) {
		runner.run((context) -> assertThat(context).getFailure()
			.isInstanceOf(UnguardableMethodException.class)
			.hasMessageContaining(
					type + " requires approval, but cannot be guarded: its objects are made by their class"));
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnFactory.class, CompletedFactory.class, WithoutJpa.class })
	void withoutAGuardedListenerAnyEntityManagerFactoryIsAllowed(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration)
			.withBean(Refunds.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	static class OwnFactory {

		@Bean
		static LocalContainerEntityManagerFactoryBean entityManagerFactory(DataSource dataSource,
				ObjectProvider<HibernateJpaVendorAdapter> adapter) {
			LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
			factory.setDataSource(dataSource);
			factory.setManagedTypes(PersistenceManagedTypes.of(Payout.class.getName()));
			factory.setJpaVendorAdapter(adapter.getIfAvailable(HibernateJpaVendorAdapter::new));
			factory.getJpaPropertyMap().put("hibernate.hbm2ddl.auto", "create");
			return factory;
		}

	}

	static class CompletedFactory {

		@Bean
		static EntityManagerFactory entityManagerFactory(DataSource dataSource) {
			LocalContainerEntityManagerFactoryBean factory = OwnFactory.entityManagerFactory(dataSource,
					new StaticListableBeanFactory().getBeanProvider(HibernateJpaVendorAdapter.class));
			factory.afterPropertiesSet();
			return factory.getObject();
		}

	}

	static class WithoutJpa {

		@Bean
		static SessionFactory entityManagerFactory(DataSource dataSource) {
			org.hibernate.cfg.Configuration configuration = new org.hibernate.cfg.Configuration();
			configuration.getProperties().put("hibernate.connection.datasource", dataSource);
			return configuration.addAnnotatedClass(Payout.class).buildSessionFactory();
		}

	}

	static class Refunds {

		@PersistenceUnit
		void setFactory(EntityManagerFactory factory) {
		}

		@RequiresAirlockApproval
		public void refund() {
		}

	}

	static class LazyFactory {

		@Bean
		@Lazy
		static EntityManagerFactory entityManagerFactory(DataSource dataSource) {
			return CompletedFactory.entityManagerFactory(dataSource);
		}

	}

	@Entity
	@EntityListeners(PayoutListener.class)
	static class Payout {

		@Id
		@GeneratedValue
		Integer id;

	}

	@Entity
	@EntityListeners(RefundListener.class)
	static class Refund {

		@Id
		@GeneratedValue
		Integer id;

	}

	@Entity
	@EntityListeners(TransferListener.class)
	static class Transfer {

		@Id
		@GeneratedValue
		Integer id;

	}

	static class PayoutListener {

		@PrePersist
		@RequiresAirlockApproval
		public void check(Payout payout) {
		}

	}

	static final class RefundListener {

		@PrePersist
		@RequiresAirlockApproval
		public void check(Refund refund) {
		}

	}

	static class TransferListener {

		@Autowired
		private EntityManagerFactory inACircle;

		@PrePersist
		@RequiresAirlockApproval
		public void check(Transfer transfer) {
		}

	}

	static class PayoutConverter implements AttributeConverter<Integer, String> {

		@Override
		@RequiresAirlockApproval
		public String convertToDatabaseColumn(Integer amount) {
			return amount.toString();
		}

		@Override
		public Integer convertToEntityAttribute(String amount) {
			return Integer.valueOf(amount);
		}

	}

}
