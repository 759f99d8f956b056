/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The guard stands inside authorization and outside transactions.
 */
class GuardOrderTests {

	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final ApplicationContextRunner contextRunner = SimulatedApplications.runner(this.simulator,
			Application.class);

	@AfterEach
	void stop() {
		SecurityContextHolder.clearContext();
		this.simulator.close();
	}

	@Test
	void asksNobodyForWhatTheCallerMayNotDo() {
		authenticate("ROLE_GUEST");
		this.contextRunner.run((context) -> {
			PayoutService service = context.getBean(PayoutService.class);
			assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(service::adminOnly);
			assertThat(this.simulator.requests()).isEmpty();
			assertThat(service.calls()).isZero();
		});
	}

	@Test
	void asksForWhatTheCallerMayDo() {
		authenticate("ROLE_ADMIN");
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
		this.contextRunner.run((context) -> {
			PayoutService service = context.getBean(PayoutService.class);
			service.adminOnly();
			assertThat(service.calls()).isOne();
			assertThat(this.simulator.history()).hasSize(1);
		});
	}

	/**
	 * The authorization of the result is inside the guard, in the thread that waits.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "io.micrometer.context", "no.package" })
	void authorizationOfAFutureKnowsTheCaller(String missing) {
		authenticate("ROLE_ADMIN");
		String caller = SecurityContextHolder.getContext().getAuthentication().getName();
		ApplicationContextRunner runner = SimulatedApplications.runner(this.simulator, MethodSecurity.class)
			.withBean(FutureService.class)
			.withClassLoader(new FilteredClassLoader(missing));
		runner.run((context) -> {
			CompletableFuture<String> user = context.getBean(FutureService.class).user();
			String requestId = this.simulator.awaitPending().requestId();
			authenticate("ROLE_GUEST");
			SecurityContextHolder.clearContext();
			this.simulator.approve(requestId);
			assertThat(user).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo(caller + " [ROLE_ADMIN]");
		});
	}

	@Test
	void opensTheTransactionOnlyAfterTheApproval() {
		AtomicReference<Boolean> openWhileAsked = new AtomicReference<>();
		this.contextRunner.run((context) -> {
			PayoutService service = context.getBean(PayoutService.class);
			CountingDataSource dataSource = context.getBean(CountingDataSource.class);
			CompletableFuture<Boolean> result = CompletableFuture.supplyAsync(service::transactional);
			String requestId = this.simulator.awaitPending().requestId();
			openWhileAsked.set(dataSource.connections() > 0);
			this.simulator.approve(requestId);
			assertThat(result.get(10, TimeUnit.SECONDS)).isTrue();
			assertThat(openWhileAsked).hasValue(false);
			assertThat(dataSource.connections()).isOne();
		});
	}

	@Test
	void refusesToKeepAnOpenTransactionWaiting() {
		this.contextRunner.run((context) -> {
			PayoutService service = context.getBean(PayoutService.class);
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(DataSourceTransactionManager.class));
			assertThatExceptionOfType(InvalidApprovalUsageException.class)
				.isThrownBy(() -> transaction.execute((status) -> service.transactional()))
				.withMessageContaining("PayoutService.transactional")
				.withMessageContaining("Call it outside");
			assertThat(this.simulator.requests()).isEmpty();
			assertThat(service.calls()).isZero();
		});
	}

	@Test
	void asksInsideAnOpenTransactionIfTheAnnotationAllowsIt() {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
		this.contextRunner.run((context) -> {
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(DataSourceTransactionManager.class));
			PayoutService service = context.getBean(PayoutService.class);
			transaction.executeWithoutResult((status) -> service.allowedInside());
			assertThat(service.calls()).isOne();
		});
	}

	@Test
	void asksInsideAnOpenTransactionIfThePropertyAllowsIt() {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
		this.contextRunner.withPropertyValues("airlock.gateway.approval.allow-in-transaction=true").run((context) -> {
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(DataSourceTransactionManager.class));
			Boolean inTransaction = transaction
				.execute((status) -> context.getBean(PayoutService.class).transactional());
			assertThat(inTransaction).isTrue();
		});
	}

	private static void authenticate(String role) {
		SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("user", "", role));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableMethodSecurity
	static class MethodSecurity {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableMethodSecurity
	@EnableTransactionManagement
	static class Application {

		@Bean
		CountingDataSource dataSource() {
			return new CountingDataSource(
					new EmbeddedDatabaseBuilder().setType(EmbeddedDatabaseType.H2).generateUniqueName(true).build());
		}

		@Bean
		DataSourceTransactionManager transactionManager(DataSource dataSource) {
			return new DataSourceTransactionManager(dataSource);
		}

		@Bean
		PayoutService payoutService() {
			return new PayoutService();
		}

	}

	/**
	 * Public, so that its proxy can be in another class loader.
	 */
	public static class FutureService {

		@PostAuthorize("hasRole('ADMIN')")
		@RequiresAirlockApproval("In a future")
		public CompletableFuture<String> user() {
			Authentication user = SecurityContextHolder.getContext().getAuthentication();
			return CompletableFuture.completedFuture(user.getName() + " " + user.getAuthorities());
		}

	}

	static class PayoutService {

		private final AtomicInteger calls = new AtomicInteger();

		int calls() {
			return this.calls.get();
		}

		@PreAuthorize("hasRole('ADMIN')")
		@PostAuthorize("true")
		@RequiresAirlockApproval("Admin only")
		public void adminOnly() {
			this.calls.incrementAndGet();
		}

		@Transactional
		@RequiresAirlockApproval("Transactional")
		public boolean transactional() {
			this.calls.incrementAndGet();
			return TransactionSynchronizationManager.isActualTransactionActive();
		}

		@Transactional
		@RequiresAirlockApproval(value = "Allowed inside", allowInTransaction = true)
		public void allowedInside() {
			this.calls.incrementAndGet();
		}

	}

}
