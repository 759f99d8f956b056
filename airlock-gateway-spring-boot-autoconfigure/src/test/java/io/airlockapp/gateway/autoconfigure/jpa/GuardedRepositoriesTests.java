/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure.jpa;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.DenialPublisher;
import io.airlockapp.gateway.approval.guard.DuplicateApprovalGate;
import io.airlockapp.gateway.approval.guard.RestingApprovalGate;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.support.Ticker;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.PrePersist;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.persistence.autoconfigure.PersistenceExceptionTranslationAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.data.jpa.repository.support.JpaRepositoryFactory;
import org.springframework.data.repository.CrudRepository;
import org.springframework.data.repository.NoRepositoryBean;
import org.springframework.data.repository.config.BootstrapMode;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for repositories of Spring Data JPA.
 */
class GuardedRepositoriesTests {

	private final List<ApprovalRequest> asked = new ArrayList<>();

	private final List<Boolean> inTransaction = new ArrayList<>();

	private final DenialPublisher publisher = new DenialPublisher(ApprovalListener.of(List.of()), "command.review");

	private boolean denying;

	private Runnable meanwhile = () -> {
	};

	private final ApprovalGate person = (call) -> {
		this.asked.add(call.toRequest());
		this.inTransaction.add(call.isInTransaction() || TransactionSynchronizationManager.isActualTransactionActive());
		this.meanwhile.run();
		if (this.denying) {
			throw new ApprovalDeniedException(call + " was denied", "req-1", null);
		}
	};

	private ApprovalGate gate = this.person;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, AirlockApprovalAutoConfiguration.class,
				DataSourceAutoConfiguration.class, HibernateJpaAutoConfiguration.class,
				PersistenceExceptionTranslationAutoConfiguration.class, TransactionAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true", "spring.jpa.hibernate.ddl-auto=create")
		.withBean(ApprovalGate.class, () -> (call) -> this.gate.authorize(call));

	@Test
	void inheritedMethodsAreNamedByTheRepository() {
		run((context) -> {
			Owners owners = context.getBean(Owners.class);
			Owner ann = owners.saveAndFlush(new Owner("Ann"));
			owners.deleteById(6);
			owners.findAll();
			owners.findAll(PageRequest.of(0, 5));
			owners.existsById(ann.getId());
			((CrudRepository<?, Integer>) owners).deleteById(7);
			assertThat(shown())
				.startsWith("Owners.saveAndFlush(entity={id=null, name=Ann})", "Owners.deleteById(id=6)",
						"Owners.findAll()")
				.element(3)
				.asString()
				.startsWith("Owners.findAll(pageable=");
			assertThat(shown()).endsWith("Owners.existsById(id=" + ann.getId() + ")", "Owners.deleteById(id=7)");
			assertThat(this.asked).allSatisfy((request) -> assertThat(request.getLabel()).isEqualTo(request.getGate())
				.startsWith("Owners.")
				.doesNotContain("Repository"));
		});
	}

	@Test
	void derivedQueriesDefaultMethodsAndFragmentsAreNamedByTheRepository() {
		run((context) -> {
			Owners owners = context.getBean(Owners.class);
			assertThat(owners.findByName("Ann")).isEmpty();
			owners.rename("Ann", "Bob");
			assertThat(owners.countAll()).isZero();
			assertThat(shown()).containsExactly("Owners.findByName(name=Ann)", "Owners.rename(from=Ann, to=Bob)",
					"Owners.countAll()");
		});
	}

	@Test
	void methodOfASharedInterfaceIsNamedByEachRepository() {
		run((context) -> {
			context.getBean(Visits.class).purge("x");
			context.getBean(Bills.class).purge("x");
			assertThat(shown()).containsExactly("Visits.purge(name=x)", "Bills.purge(name=x)");
		});
	}

	@Test
	void deniedCallChangesNothing() {
		run((context) -> {
			Owners owners = context.getBean(Owners.class);
			Owner ann = owners.save(new Owner("Ann"));
			this.denying = true;
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> owners.deleteById(ann.getId()))
				.withMessage("Owners.deleteById was denied");
			assertThatExceptionOfType(ApprovalDeniedException.class)
				.isThrownBy(() -> ((CrudRepository<Owner, Integer>) owners).delete(ann));
			this.denying = false;
			assertThat(owners.findById(ann.getId())).isPresent();
		});
	}

	@Test
	void refusalsAreNamedByTheRepository() {
		run((context) -> assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> context.getBean(Owners.class).save(new Owner("x".repeat(5000))))
			.withMessageContaining("Owners.save")
			.withMessageNotContaining("CrudRepository"));
	}

	@Test
	void transactionOfTheRepositoryBeginsAfterTheApproval() {
		run((context) -> {
			Owners owners = context.getBean(Owners.class);
			this.meanwhile = () -> assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
			owners.save(new Owner("Ann"));
			assertThat(Owner.persistedInTransaction).isTrue();
			assertThat(owners.isInTransaction()).isTrue();
			assertThat(this.inTransaction).containsExactly(false, false);
		});
	}

	@Test
	void cooldownOfARepositoryIsNotThatOfAnother() {
		this.gate = new RestingApprovalGate(this.person, Duration.ofHours(1), null, (name) -> null,
				ApproverGroups.none(), InstantSource.system(), Ticker.system(), this.publisher);
		this.denying = true;
		run((context) -> {
			assertDenied(() -> context.getBean(Owners.class).deleteById(6));
			assertDenied(() -> context.getBean(Pets.class).deleteById(6));
			assertDenied(() -> context.getBean(Visits.class).purge("x"));
			assertDenied(() -> context.getBean(Bills.class).purge("x"));
			assertThat(shown()).containsExactly("Owners.deleteById(id=6)", "Pets.deleteById(id=6)",
					"Visits.purge(name=x)", "Bills.purge(name=x)");
			assertThatExceptionOfType(ApprovalDeniedException.class)
				.isThrownBy(() -> context.getBean(Owners.class).deleteById(6))
				.withMessageStartingWith("Owners.deleteById was denied a moment ago");
			assertThat(shown()).hasSize(4);
		});
	}

	@Test
	void callsOfTwoRepositoriesAreNoDuplicates() {
		this.gate = new DuplicateApprovalGate(this.person, 1, (name) -> null, ApproverGroups.none(), this.publisher);
		run((context) -> {
			Pets pets = context.getBean(Pets.class);
			this.meanwhile = () -> {
				this.meanwhile = () -> {
				};
				pets.deleteById(6);
			};
			context.getBean(Owners.class).deleteById(6);
			assertThat(shown()).containsExactly("Owners.deleteById(id=6)", "Pets.deleteById(id=6)");
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { Repositories.class, LazyRepositories.class, DeferredRepositories.class })
	void repositoriesAreGuardedInEachBootstrapMode(Class<?> configuration) {
		this.denying = true;
		this.contextRunner.withUserConfiguration(configuration).run((context) -> {
			assertThat(context).hasNotFailed();
			assertDenied(() -> context.getBean(Owners.class).deleteById(6));
			// Other lazy beans may have the class, too
			String name = (configuration == Repositories.class) ? "Owners" : "Owners[guardedRepositoriesTests.Owners]";
			assertThat(shown()).containsExactly(name + ".deleteById(id=6)");
		});
	}

	@Test
	void repositoryMadeByHandFailsTheStart() {
		this.contextRunner.withUserConfiguration(Repositories.class, ByHand.class).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
				.isInstanceOf(UnguardableMethodException.class)
				.message()
				.contains("Pets.", "of bean 'byHand'")
				.doesNotContain("SimpleJpaRepository", "Proxy.");
		});
	}

	@Test
	void repositoryWithUnguardableMethodFailsStart() {
		this.contextRunner.withUserConfiguration(Repositories.class, Unshowable.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContaining("FutureVisits.deleteLater of bean 'futureVisits'"));
	}

	private void run(Consumer<AssertableApplicationContext> test) {
		this.contextRunner.withUserConfiguration(Repositories.class).run(test::accept);
	}

	private List<String> shown() {
		return this.asked.stream().map(ApprovalRequest::getCommandText).toList();
	}

	private static void assertDenied(ThrowingCallable call) {
		assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(call)
			.withMessageNotContaining("a moment ago");
	}

	@Entity
	@JsonPropertyOrder({ "id", "name" })
	static class Owner {

		private static final AtomicBoolean persistedInTransaction = new AtomicBoolean();

		@Id
		@GeneratedValue
		private @Nullable Integer id;

		private String name = "";

		protected Owner() {
		}

		Owner(String name) {
			this.name = name;
		}

		@PrePersist
		void onPersist() {
			persistedInTransaction.set(TransactionSynchronizationManager.isActualTransactionActive());
		}

		public @Nullable Integer getId() {
			return this.id;
		}

		public String getName() {
			return this.name;
		}

	}

	@Entity
	static class Pet {

		@Id
		private int id;

	}

	@Entity
	static class Visit {

		@Id
		private int id;

		private String name = "";

	}

	@Entity
	static class Bill {

		@Id
		private int id;

		private String name = "";

	}

	@RequiresAirlockApproval
	interface Owners extends JpaRepository<Owner, Integer>, OwnerSearch {

		Optional<Owner> findByName(String name);

		@Override
		List<Owner> findAll();

		default void rename(String from, String to) {
			findByName(from).ifPresent((owner) -> owner.name = to);
		}

	}

	interface OwnerSearch {

		long countAll();

		@Transactional
		boolean isInTransaction();

	}

	static class OwnerSearchImpl implements OwnerSearch {

		private final EntityManager entityManager;

		OwnerSearchImpl(EntityManager entityManager) {
			this.entityManager = entityManager;
		}

		@Override
		public long countAll() {
			return this.entityManager.createQuery("select count(o) from GuardedRepositoriesTests$Owner o", Long.class)
				.getSingleResult();
		}

		@Override
		public boolean isInTransaction() {
			return TransactionSynchronizationManager.isActualTransactionActive();
		}

	}

	@RequiresAirlockApproval
	interface Pets extends JpaRepository<Pet, Integer> {

	}

	@NoRepositoryBean
	interface Purgeable<T> extends CrudRepository<T, Integer> {

		@RequiresAirlockApproval
		default void purge(String name) {
			findAll();
		}

	}

	interface Visits extends Purgeable<Visit> {

	}

	interface Bills extends Purgeable<Bill> {

	}

	@Configuration(proxyBeanMethods = false)
	@EntityScan
	@EnableJpaRepositories(considerNestedRepositories = true)
	static class Repositories {

	}

	@Configuration(proxyBeanMethods = false)
	@EntityScan
	@EnableJpaRepositories(considerNestedRepositories = true, bootstrapMode = BootstrapMode.LAZY)
	static class LazyRepositories {

	}

	@Configuration(proxyBeanMethods = false)
	@EntityScan
	@EnableJpaRepositories(considerNestedRepositories = true, bootstrapMode = BootstrapMode.DEFERRED)
	static class DeferredRepositories {

	}

	@NoRepositoryBean
	interface FutureVisits extends CrudRepository<Visit, Integer> {

		@RequiresAirlockApproval
		default void deleteLater(CompletableFuture<Integer> id) {
			deleteById(id.join());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Unshowable {

		@Bean
		FutureVisits futureVisits(EntityManager entityManager) {
			return new JpaRepositoryFactory(entityManager).getRepository(FutureVisits.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByHand {

		ByHand(EntityManager entityManager, ConfigurableBeanFactory beanFactory) {
			beanFactory.registerSingleton("byHand", new JpaRepositoryFactory(entityManager).getRepository(Pets.class));
		}

	}

}
