/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The guard stands inside authorization and outside transactions.
 */
class GuardOrderTests extends SimulatorTests {

	private final ApplicationContextRunner contextRunner = runner(TransactionalApplication.class, PayoutService.class);

	@Test
	void unauthorizedCallRequestsNoApproval() {
		authenticate("ROLE_GUEST");
		run(this.contextRunner, PayoutService.class, (service) -> {
			assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(service::adminOnly);
			assertThat(this.simulator.requests()).isEmpty();
			assertThat(service.calls()).isZero();
		});
	}

	@Test
	void authorizedCallRequestsApproval() {
		authenticate("ROLE_ADMIN");
		approveAll();
		run(this.contextRunner, PayoutService.class, (service) -> {
			service.adminOnly();
			assertThat(service.calls()).isOne();
			assertThat(this.simulator.history()).hasSize(1);
		});
	}

	/**
	 * Spring Security finds the annotations of a method by the class that declares it.
	 */
	@ParameterizedTest
	@ValueSource(classes = { PublicRefunds.class, PublicOfOperation.class })
	void authorizationOfAnInheritedMethodIsThatOfItsDeclaration(Class<? extends Refunds> type) {
		authenticate("ROLE_USER");
		runner(MethodSecurity.class).withBean(Refunds.class, () -> BeanUtils.instantiateClass(type))
			.run((context) -> assertThatExceptionOfType(AccessDeniedException.class)
				.isThrownBy(() -> context.getBean(Refunds.class).refund(1)));
		runner(MethodSecurity.class).withBean(type)
			.run((context) -> assertThatExceptionOfType(AccessDeniedException.class)
				.isThrownBy(() -> context.getBean(type).refund(1)));
		authenticate("ROLE_ADMIN");
		runner(MethodSecurity.class).withBean(type)
			.run((context) -> assertThat(context.getBean(type).refund(1)).isTrue());
	}

	/**
	 * The authorization of the result is inside the guard, in the thread that waits.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "io.micrometer.context", "no.package" })
	void authorizationOfAFutureKnowsTheCaller(String missing) {
		authenticate("ROLE_ADMIN");
		String caller = SecurityContextHolder.getContext().getAuthentication().getName();
		ApplicationContextRunner runner = runner(MethodSecurity.class).withBean(FutureService.class)
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
		run(this.contextRunner, PayoutService.class, (service, context) -> {
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
		run(this.contextRunner, PayoutService.class, (service, context) -> {
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(DataSourceTransactionManager.class));
			assertThatExceptionOfType(InvalidApprovalUsageException.class)
				.isThrownBy(() -> transaction.execute((status) -> service.transactional()))
				.withMessageContainingAll("PayoutService.transactional", "Call it outside");
			assertThat(this.simulator.requests()).isEmpty();
			assertThat(service.calls()).isZero();
		});
	}

	@Test
	void openTransactionWhenAnnotationAllowsItRequestsApproval() {
		approveAll();
		this.contextRunner.run((context) -> {
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(DataSourceTransactionManager.class));
			PayoutService service = context.getBean(PayoutService.class);
			transaction.executeWithoutResult((status) -> service.allowedInside());
			assertThat(service.calls()).isOne();
		});
	}

	@Test
	void openTransactionWhenPropertyAllowsItRequestsApproval() {
		approveAll();
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

	@PreAuthorize("hasRole('ADMIN')")
	public static class Refunds {

		@RequiresAirlockApproval(condition = "#amount > 100")
		public boolean refund(int amount) {
			return true;
		}

	}

	@PreAuthorize("permitAll")
	public static class PublicRefunds extends Refunds {

	}

	@PreAuthorize("permitAll")
	public interface Operation {

	}

	public static class PublicOfOperation extends Refunds implements Operation {

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
