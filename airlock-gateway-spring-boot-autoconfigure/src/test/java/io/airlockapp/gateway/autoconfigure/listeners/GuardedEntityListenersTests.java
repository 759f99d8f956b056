/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure.listeners;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.sql.DataSource;

import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockJpaAutoConfiguration;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityListeners;
import jakarta.persistence.EntityManager;
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
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for entity listeners, which Spring creates for Hibernate, or Hibernate itself if
 * Spring cannot.
 */
class GuardedEntityListenersTests {

	private static final List<String> ran = new CopyOnWriteArrayList<>();

	private final List<String> asked = new CopyOnWriteArrayList<>();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AirlockApprovalAutoConfiguration.class, DataSourceAutoConfiguration.class,
						HibernateJpaAutoConfiguration.class, TransactionAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true", "spring.jpa.hibernate.ddl-auto=create")
		.withBean(ApprovalGate.class, () -> (call) -> this.asked.add(call.toString()));

	@Test
	void listenerIsGuarded() {
		withEntity(Payout.class).run(this::assertListenerIsGuarded);
	}

	@Test
	void listenerOfAnEntityManagerFactoryOfTheApplicationIsGuarded() {
		withListener().withBean(HibernateJpaVendorAdapter.class)
			.withUserConfiguration(OwnFactory.class)
			.run(this::assertListenerIsGuarded);
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnFactory.class, CompletedFactory.class, WithoutJpa.class })
	void listenerOfAnEntityManagerFactoryThatDoesNotAskSpring(Class<?> configuration) {
		withListener().withBean(NeedsFactory.class)
			.withUserConfiguration(configuration)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("PayoutListener requires approval")
				.hasStackTraceContaining("'entityManagerFactory' creates listeners of entities and converters itself"));
	}

	@Test
	void lazyEntityManagerFactoryThatDoesNotAskSpring() {
		withListener().withUserConfiguration(LazyFactory.class)
			.run((context) -> assertThatException().isThrownBy(() -> context.getBean(EntityManagerFactory.class))
				.havingRootCause()
				.isInstanceOf(UnguardableMethodException.class));
	}

	@Test
	void beanInCreationIsNoCircularReference() {
		this.contextRunner.withConfiguration(AutoConfigurations.of(AirlockJpaAutoConfiguration.class))
			.withAllowCircularReferences(true)
			.withBean(PayoutListener.class)
			.withBean(Payouts.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnFactory.class, CompletedFactory.class, WithoutJpa.class })
	void withoutAGuardedListenerAnyEntityManagerFactoryIsAllowed(Class<?> configuration) {
		this.contextRunner.withConfiguration(AutoConfigurations.of(AirlockJpaAutoConfiguration.class))
			.withUserConfiguration(configuration)
			.withBean(Refunds.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private ApplicationContextRunner withListener() {
		return this.contextRunner.withConfiguration(AutoConfigurations.of(AirlockJpaAutoConfiguration.class))
			.withBean(PayoutListener.class);
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

	static class Payouts {

		@Autowired
		private EntityManagerFactory factory;

		@RequiresAirlockApproval
		public void pay() {
		}

	}

	static class NeedsFactory implements BeanPostProcessor, Ordered {

		NeedsFactory(EntityManagerFactory factory) {
		}

		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE;
		}

	}

	private void assertListenerIsGuarded(ApplicationContext context) {
		ran.clear();
		try (EntityManager entities = context.getBean(EntityManagerFactory.class).createEntityManager()) {
			entities.persist(new Payout());
		}
		assertThat(this.asked).containsExactly("PayoutListener.check");
		assertThat(ran).containsExactly("payout");
	}

	@ParameterizedTest
	@ValueSource(classes = { Refund.class, Transfer.class })
	void listenerThatSpringCannotCreate(Class<?> entity) {
		withEntity(entity).run((context) -> assertThat(context).getFailure()
			.isInstanceOf(UnguardableMethodException.class)
			.hasMessageContaining(entity.getSimpleName() + "Listener requires approval, but cannot be guarded"));
	}

	private ApplicationContextRunner withEntity(Class<?> type) {
		return this.contextRunner.withBean(PersistenceManagedTypes.class,
				() -> PersistenceManagedTypes.of(type.getName()));
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
			ran.add("payout");
		}

	}

	static final class RefundListener {

		@PrePersist
		@RequiresAirlockApproval
		public void check(Refund refund) {
			ran.add("refund");
		}

	}

	static class TransferListener {

		@Autowired
		private EntityManagerFactory inACircle;

		@PrePersist
		@RequiresAirlockApproval
		public void check(Transfer transfer) {
			ran.add("transfer");
		}

	}

}
