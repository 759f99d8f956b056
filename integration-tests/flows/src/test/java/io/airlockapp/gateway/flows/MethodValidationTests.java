/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Payload;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.method.configuration.EnableReactiveMethodSecurity;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.beanvalidation.MethodValidationPostProcessor;
import org.springframework.validation.method.MethodValidationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Approval is not requested about arguments that are invalid, and nobody's arguments are
 * validated who may not call.
 */
class MethodValidationTests extends SimulatorTests {

	private final ApplicationContextRunner withoutValidation = runner(TransactionalApplication.class, Payouts.class,
			DirectTransfers.class)
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class));

	private final ApplicationContextRunner contextRunner = this.withoutValidation
		.withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class));

	@BeforeEach
	void start() {
		CountedValidator.validated.clear();
		authenticate("ROLE_ADMIN");
		approveAll();
	}

	@Test
	void invalidArgumentsRequestNoApproval() {
		run(this.contextRunner, Payouts.class, (payouts) -> {
			assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> payouts.payOut(""));
			assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> payouts.payOutLater(""));
			assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> payouts.payOutLazily(""));
			assertThat(this.simulator.requests()).isEmpty();
			assertThat(payouts.calls()).isEmpty();
		});
	}

	@Test
	void validArgumentsRequestOneApproval() {
		run(this.contextRunner, Payouts.class, (payouts) -> {
			assertThat(payouts.payOut("a")).isEqualTo("a");
			assertThat(payouts.payOutLater("b")).succeedsWithin(MAX_WAIT).isEqualTo("b");
			assertThat(payouts.payOutLazily("c").block(MAX_WAIT)).isEqualTo("c");
			assertThat(payouts.calls()).containsExactly("a", "b", "c");
			assertThat(this.simulator.history()).hasSize(3);
		});
	}

	@Test
	void argumentsAreValidatedBeforeTheApprovalAndAfterIt() {
		this.contextRunner.run((context) -> {
			CompletableFuture<String> result = context.getBean(Payouts.class).payOutLater("later");
			assertThat(result).succeedsWithin(MAX_WAIT);
			assertThat(CountedValidator.validated).containsExactly("later", "later");
		});
	}

	@Test
	void methodsThatAreNotGuardedAreValidatedOnce() {
		run(this.contextRunner, Payouts.class, (payouts) -> {
			payouts.look("a");
			assertThat(CountedValidator.validated).containsExactly("a");
			assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> payouts.look(""));
			assertThat(this.simulator.requests()).isEmpty();
		});
	}

	@Test
	void unauthorizedCallIsNotValidated() {
		authenticate("ROLE_GUEST");
		run(this.contextRunner, Payouts.class, (payouts) -> {
			assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> payouts.adminOnly(""));
			assertThat(CountedValidator.validated).isEmpty();
			authenticate("ROLE_ADMIN");
			assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> payouts.adminOnly(""));
			assertThat(this.simulator.requests()).isEmpty();
		});
	}

	@Test
	void resultIsValidatedWithinTheTransaction() {
		run(this.contextRunner, Payouts.class, (payouts) -> {
			assertThatExceptionOfType(ConstraintViolationException.class)
				.isThrownBy(() -> payouts.transactional("a", null));
			assertThat(payouts.completed()).containsExactly(TransactionSynchronization.STATUS_ROLLED_BACK);
			assertThat(payouts.transactional("a", "b")).isEqualTo("b");
			assertThat(payouts.completed()).endsWith(TransactionSynchronization.STATUS_COMMITTED);
			assertThat(this.simulator.history()).hasSize(2);
		});
	}

	@Test
	void resultOfADenialHandlerIsValidated() {
		rejectAll();
		run(this.contextRunner.withBean(ApprovalDenialHandler.class, () -> (invocation, denial) -> null), Payouts.class,
				(payouts) -> {
					assertThatExceptionOfType(ConstraintViolationException.class)
						.isThrownBy(() -> payouts.transactional("a", "b"));
					assertThat(payouts.completed()).isEmpty();
				});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void callThroughInterfaceProxyIsValidatedBeforeRequest(boolean ofClass) {
		run(this.contextRunner.withPropertyValues("spring.aop.proxy-target-class=" + ofClass), Transfers.class,
				(transfers) -> {
					assertThatExceptionOfType(ConstraintViolationException.class)
						.isThrownBy(() -> transfers.transfer(""));
					assertThat(this.simulator.requests()).isEmpty();
					assertThat(transfers.transfer("a")).isEqualTo("a");
					assertThat(this.simulator.history()).hasSize(1);
				});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void validationWithPostProcessorOfApplicationPrecedesRequest(boolean before) {
		this.withoutValidation.withBean(MethodValidationPostProcessor.class, () -> {
			MethodValidationPostProcessor own = new MethodValidationPostProcessor();
			own.setAdaptConstraintViolations(true);
			own.setBeforeExistingAdvisors(before);
			own.setProxyTargetClass(true);
			return own;
		}).run((context) -> {
			Payouts payouts = context.getBean(Payouts.class);
			assertThatExceptionOfType(MethodValidationException.class).isThrownBy(() -> payouts.payOut(""));
			assertThat(this.simulator.requests()).isEmpty();
			payouts.payOut("a");
			assertThat(this.simulator.history()).hasSize(1);
			assertThat(CountedValidator.validated).hasSize(before ? 2 : 3);
		});
	}

	@Test
	void validationOfAnInnerProxyIsRefused() {
		this.withoutValidation.withBean(MethodValidationPostProcessor.class, () -> {
			MethodValidationPostProcessor first = new MethodValidationPostProcessor();
			first.setOrder(Ordered.HIGHEST_PRECEDENCE);
			first.setProxyTargetClass(true);
			return first;
		})
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContaining("inside the proxy with the guard is another one"));
	}

	@Test
	void subscriptionsAreAuthorizedThenValidated() {
		runner(ReactiveApplication.class)
			.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, ValidationAutoConfiguration.class))
			.run((context) -> {
				ReactivePayouts payouts = context.getBean(ReactivePayouts.class);
				Mono<String> invalid = payouts.payOut("");
				assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> invalid.block(MAX_WAIT));
				assertThat(CountedValidator.validated).isEmpty();
				assertThatExceptionOfType(ConstraintViolationException.class)
					.isThrownBy(() -> asAdmin(invalid).block(MAX_WAIT));
				assertThat(this.simulator.requests()).isEmpty();
				assertThat(asAdmin(payouts.payOut("a")).block(MAX_WAIT)).isEqualTo("a");
				assertThat(this.simulator.history()).hasSize(1);
			});
	}

	/**
	 * The implementation of a generic interface has a bridge, for which Bean Validation
	 * must not take a method of the class of the object.
	 */
	@Test
	void constraintsOfAnInterfaceApplyToTheImplementation() {
		this.contextRunner.withBean(Entries.class).run((context) -> {
			Entries entries = context.getBean(Entries.class);
			assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> entries.remove(null));
			assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> entries.add(null));
			assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> entries.find(" "));
			assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> entries.peek(" "));
			assertThat(this.simulator.requests()).isEmpty();
			assertThat(entries.find("a")).isEqualTo("a");
		});
	}

	@Test
	void overloadedMethodsAreValidatedByTheirOwnConstraints() {
		this.contextRunner.withBean(Counter.class).run((context) -> {
			Counter counter = context.getBean(Counter.class);
			assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> counter.pay(" "));
			assertThatExceptionOfType(ConstraintViolationException.class).isThrownBy(() -> counter.pay(-1L));
			assertThat(this.simulator.requests()).isEmpty();
			counter.pay("a");
			counter.pay(1L);
			assertThat(this.simulator.history()).hasSize(1);
		});
	}

	@Test
	void callWithoutMethodValidationRequestsApproval() {
		this.withoutValidation.run((context) -> {
			context.getBean(Payouts.class).payOut("");
			assertThat(this.simulator.history()).hasSize(1);
		});
	}

	private static <T> Mono<T> asAdmin(Mono<T> mono) {
		return mono.contextWrite(ReactiveSecurityContextHolder
			.withAuthentication(new TestingAuthenticationToken("user", "", "ROLE_ADMIN")));
	}

	private static void authenticate(String role) {
		SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("user", "", role));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableReactiveMethodSecurity
	@Import(ReactivePayouts.class)
	static class ReactiveApplication {

	}

	@Validated
	static class ReactivePayouts {

		@PreAuthorize("hasRole('ADMIN')")
		@RequiresAirlockApproval
		public Mono<String> payOut(@Counted String order) {
			return Mono.just(order);
		}

	}

	@Validated
	static class Payouts {

		private final List<String> calls = new CopyOnWriteArrayList<>();

		private final List<Integer> completed = new CopyOnWriteArrayList<>();

		List<String> calls() {
			return this.calls;
		}

		List<Integer> completed() {
			return this.completed;
		}

		@RequiresAirlockApproval
		public String payOut(@Counted String order) {
			return call(order);
		}

		@RequiresAirlockApproval
		public CompletableFuture<String> payOutLater(@Counted String order) {
			return CompletableFuture.completedFuture(call(order));
		}

		@RequiresAirlockApproval
		public Mono<String> payOutLazily(@Counted String order) {
			return Mono.fromSupplier(() -> call(order));
		}

		@PreAuthorize("hasRole('ADMIN')")
		@RequiresAirlockApproval
		public void adminOnly(@Counted String order) {
			call(order);
		}

		@Transactional
		@RequiresAirlockApproval
		public @NotNull @Nullable String transactional(@NotBlank String order, @Nullable String result) {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCompletion(int status) {
					Payouts.this.completed.add(status);
				}

			});
			return result;
		}

		public void look(@Counted String order) {
		}

		private String call(String order) {
			this.calls.add(order);
			return order;
		}

	}

	interface Registry<K, V> {

		void remove(@NotNull @Nullable K key);

		void add(@NotNull @Nullable V value);

		Object find(@NotBlank String key);

		CharSequence peek(@NotBlank String key);

	}

	@Validated
	static class Entries implements Registry<Long, String> {

		@Override
		@RequiresAirlockApproval
		public void remove(@Nullable Long key) {
		}

		@Override
		@RequiresAirlockApproval
		public void add(@Nullable String value) {
		}

		@Override
		@RequiresAirlockApproval
		public String find(String key) {
			return key;
		}

		@Override
		@RequiresAirlockApproval
		public String peek(String key) {
			return key;
		}

	}

	@Validated
	static class Counter implements Comparable<String> {

		@RequiresAirlockApproval
		public void pay(@NotBlank String order) {
		}

		public void pay(@NotNull @Positive Long id) {
		}

		@Override
		public int compareTo(String other) {
			return 0;
		}

	}

	@Validated
	interface Transfers {

		@RequiresAirlockApproval
		String transfer(@NotBlank String order);

	}

	static class DirectTransfers implements Transfers {

		@Override
		public String transfer(String order) {
			return order;
		}

	}

	@Target(ElementType.PARAMETER)
	@Retention(RetentionPolicy.RUNTIME)
	@Constraint(validatedBy = CountedValidator.class)
	@interface Counted {

		String message() default "is empty";

		Class<?>[] groups() default {};

		Class<? extends Payload>[] payload() default {};

	}

	public static class CountedValidator implements ConstraintValidator<Counted, String> {

		private static final List<String> validated = new CopyOnWriteArrayList<>();

		@Override
		public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
			validated.add(String.valueOf(value));
			return value != null && !value.isEmpty();
		}

	}

}
