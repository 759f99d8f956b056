/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.MethodStartedException;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.guard.Interceptors.Repetition;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import io.airlockapp.gateway.support.Causes;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests that one approval permits one start of the method, whatever the interceptors
 * inside the guard do.
 */
class InnerInvocationTests {

	private final AtomicInteger asked = new AtomicInteger();

	private final AtomicInteger started = new AtomicInteger();

	private Runnable whileAsked = () -> {
	};

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> (call) -> {
			call.toRequest();
			this.asked.incrementAndGet();
			this.whileAsked.run();
		})
		.withBean(Payouts.class, () -> new Payouts(this.started));

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "OTHER_ARGUMENTS")
	void methodIsNotStartedAgainByARetryInside(Repetition repetition) {
		inside((invocation) -> retry(invocation, repetition)).run((context) -> {
			Payouts payouts = context.getBean(Payouts.class);
			// The caller has to know that the method ran, and how it failed
			assertThatIllegalStateException().isThrownBy(() -> payouts.payOut(5))
				.withMessage("no connection")
				.satisfies(InnerInvocationTests::hasSuppressedRefusal);
			assertThat(this.started).hasValue(1);
			assertThat(this.asked).hasValue(1);
		});
	}

	/**
	 * A retry without a limit ends, since it does not repeat the refusal.
	 */
	@Test
	void retryThatNeverEndsIsRefused() {
		inside((invocation) -> {
			while (true) {
				try {
					return ((ProxyMethodInvocation) invocation).invocableClone().proceed();
				}
				catch (IllegalStateException ex) {
					assertThat(this.started).hasValue(1);
				}
			}
		}).run((context) -> {
			assertThatIllegalStateException().isThrownBy(() -> context.getBean(Payouts.class).payOut(5))
				.withMessage("no connection");
			assertThat(this.started).hasValue(1);
		});
	}

	@Test
	void methodThatHasReturnedIsNotStartedAgain() {
		inside((invocation) -> {
			invocation.proceed();
			return invocation.proceed();
		}).run((context) -> {
			Payouts payouts = context.getBean(Payouts.class);
			assertThatExceptionOfType(MethodStartedException.class).isThrownBy(() -> payouts.payOutOf(new Order(5)))
				.withMessageContaining("Payouts.payOutOf was started");
			assertThat(this.started).hasValue(1);
			assertThat(this.asked).hasValue(1);
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void methodIsStartedOnceByThreadsThatProceedAtOnce(boolean cloned) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			inside((invocation) -> race(threads, invocation, cloned)).run((context) -> {
				for (int round = 1; round <= 50; round++) {
					assertThatCode(() -> context.getBean(Payouts.class).payOut(5)).doesNotThrowAnyException();
					assertThat(this.started).hasValue(round);
				}
			});
		}
		finally {
			threads.shutdownNow();
			assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void denialWhenHandlerCannotBeCreatedIsThrown(CapturedOutput output) {
		this.whileAsked = () -> {
			throw new ApprovalDeniedException("denied", "req-1", null);
		};
		this.contextRunner.withBean(ApprovalDenialHandler.class, () -> {
			throw new AirlockConfigurationException("no handler", "Correct it.", new IllegalStateException("s3cr3t"));
		}, (definition) -> definition.setLazyInit(true))
			.run((context) -> assertThatExceptionOfType(ApprovalDeniedException.class)
				.isThrownBy(() -> context.getBean(Payouts.class).payOut(5))
				.satisfies((ex) -> assertThat(ex.getSuppressed()).singleElement()
					.extracting(Throwable::getMessage, InstanceOfAssertFactories.STRING)
					.contains("does not run", "'approvalDenialHandler'")
					.endsWith("no handler")));
		assertThat(output).doesNotContain("s3cr3t");
	}

	@Test
	void firstCallAfterTheEndOfTheApplicationIsRefused() {
		this.contextRunner.run((context) -> {
			Payouts payouts = context.getBean(Payouts.class);
			context.getSourceApplicationContext(ConfigurableApplicationContext.class).close();
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> payouts.payOut(5))
				.withMessageContaining("the application was closed");
			assertThat(payouts.payOutLater(5)).failsWithin(20, TimeUnit.SECONDS)
				.withThrowableThat()
				.withCauseInstanceOf(ApprovalUnavailableException.class);
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> payouts.payOutLazily(5).block());
			assertThat(this.started).hasValue(0);
		});
	}

	@Test
	void retryOfAFutureInsideIsRefused() {
		inside((invocation) -> {
			((ProxyMethodInvocation) invocation).invocableClone().proceed();
			return invocation.proceed();
		}).run((context) -> {
			assertThat(context.getBean(Payouts.class).payOutLater(5)).failsWithin(20, TimeUnit.SECONDS)
				.withThrowableThat()
				.withCauseInstanceOf(MethodStartedException.class);
			assertThat(this.started).hasValue(1);
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void reactiveMethodMayChangeItsArgument(boolean intercepted) {
		(intercepted ? inside(MethodInvocation::proceed) : this.contextRunner).run((context) -> {
			List<Integer> amounts = new ArrayList<>(List.of(5, 6));
			assertThat(context.getBean(Payouts.class).payOutFirst(amounts).block()).isEqualTo(5);
			assertThat(amounts).containsExactly(6);
			assertThat(this.started).hasValue(1);
		});
	}

	@Test
	void argumentThatIsChangedBeforeALateSubscriptionIsRefused() {
		List<Integer> amounts = new ArrayList<>(List.of(5, 6));
		inside((invocation) -> Mono.just(1)
			.doOnNext((number) -> amounts.set(0, 5000))
			.then((Mono<?>) Objects.requireNonNull(invocation.proceed()))).run((context) -> {
				assertThatExceptionOfType(ApprovalVerificationException.class)
					.isThrownBy(() -> context.getBean(Payouts.class).payOutFirst(amounts).block())
					.withMessageContaining("is no longer the same");
				assertThat(this.started).hasValue(0);
			});
	}

	@Test
	void publisherThatTheReturnTypeDoesNotDeclareIsRefused() {
		this.contextRunner.run((context) -> {
			Payouts payouts = context.getBean(Payouts.class);
			assertThatExceptionOfType(MethodStartedException.class).isThrownBy(() -> payouts.payOutAsObject(5))
				.withMessageContainingAll("Payouts.payOutAsObject", "Declare a return type such as Mono or Flux");
			assertThat(this.started).hasValue(0);
		});
	}

	@Test
	void futureThatTheReturnTypeDoesNotDeclareIsReturned() {
		this.contextRunner.run((context) -> assertThat(context.getBean(Payouts.class).payOutLaterAsObject(5))
			.isInstanceOf(CompletableFuture.class));
		assertThat(this.started).hasValue(1);
		assertThat(this.asked).hasValue(1);
	}

	@Test
	void eachSubscriptionStartsMethodWithOwnApproval() {
		inside(MethodInvocation::proceed).run((context) -> {
			Mono<String> mono = context.getBean(Payouts.class).payOutLazily(5);
			assertThat(mono.block()).isEqualTo("paid 5");
			assertThat(mono.block()).isEqualTo("paid 5");
			assertThat(this.started).hasValue(2);
			assertThat(this.asked).hasValue(2);
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void publisherOfTheMethodIsNotCanceledAfterItsValue(boolean intercepted) {
		CompletableFuture<SignalType> end = new CompletableFuture<>();
		(intercepted ? inside(MethodInvocation::proceed) : this.contextRunner)
			.withBean(CompensatedPayouts.class, () -> new CompensatedPayouts(end::complete))
			.run((context) -> {
				assertThat(context.getBean(CompensatedPayouts.class).payOut(5).block()).isEqualTo("paid 5");
				assertThat(end).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo(SignalType.ON_COMPLETE);
			});
	}

	@Test
	void publisherOfTheMethodIsSubscribedToOnce() {
		inside((invocation) -> ((Mono<?>) invocation.proceed()).retry(2)).run((context) -> {
			Payouts payouts = context.getBean(Payouts.class);
			assertThatIllegalStateException().isThrownBy(() -> payouts.payOutAtSubscription(5).block())
				.withMessage("no connection")
				.satisfies(InnerInvocationTests::hasSuppressedRefusal);
			assertThat(this.started).hasValue(1);
			assertThat(this.asked).hasValue(1);
		});
	}

	@Test
	void failedFutureOfTheMethodIsNotRepeated() {
		inside((invocation) -> {
			CompletableFuture<?> result = (CompletableFuture<?>) Objects.requireNonNull(invocation.proceed());
			CompletableFuture<?> repeated = result.exceptionallyCompose((ex) -> repeat(invocation));
			result.completeExceptionally(new IllegalStateException("no connection"));
			return repeated;
		}).run((context) -> {
			assertThat(context.getBean(Payouts.class).payOutEventually(5)).failsWithin(20, TimeUnit.SECONDS)
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(IllegalStateException.class)
				.withMessage("no connection")
				.satisfies(InnerInvocationTests::hasSuppressedRefusal);
			assertThat(this.started).hasValue(1);
		});
	}

	@SuppressWarnings("unchecked")
	private static <T> CompletableFuture<T> repeat(MethodInvocation invocation) {
		try {
			return (CompletableFuture<T>) Objects.requireNonNull(invocation.proceed());
		}
		catch (Throwable ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private static void hasSuppressedRefusal(Throwable failure) {
		assertThat(failure.getSuppressed()).flatExtracting(Causes::of)
			.hasAtLeastOneElementOfType(MethodStartedException.class)
			.extracting(Throwable::getMessage)
			.anyMatch((message) -> message.contains(" was started")
					&& message.contains("'airlock.gateway.approval.order'"));
	}

	@Test
	void streamOfTheMethodIsSubscribedToOnce() {
		inside((invocation) -> ((Flux<?>) invocation.proceed()).repeat(2)).run((context) -> {
			Payouts payouts = context.getBean(Payouts.class);
			assertThatExceptionOfType(MethodStartedException.class)
				.isThrownBy(() -> payouts.payOutInParts(5).blockLast())
				.withMessageContaining("Payouts.payOutInParts was started");
			assertThat(this.started).hasValue(1);
			assertThat(this.asked).hasValue(1);
		});
	}

	/**
	 * A further subscription is not reported as a change of the arguments.
	 */
	@Test
	void publisherWhenItChangesArgumentAndFailsReportsItsFailure() {
		inside((invocation) -> ((Mono<?>) invocation.proceed()).retry(1)).run((context) -> {
			Payouts payouts = context.getBean(Payouts.class);
			assertThatIllegalStateException().isThrownBy(() -> payouts.payOutAndChange(new Order(5)).block())
				.withMessage("no connection")
				.satisfies(InnerInvocationTests::hasSuppressedRefusal);
			assertThat(this.started).hasValue(1);
		});
	}

	@Test
	void changeWhileAnInterceptorInsideWaitsIsDenied() {
		List<ApprovalResult> results = new CopyOnWriteArrayList<>();
		inside((invocation) -> change(invocation).proceed())
			.withBean(ApprovalListener.class,
					() -> (request, artifactType) -> (outcome) -> results.add(outcome.result()))
			.withBean(ApprovalDenialHandler.class, () -> (invocation, denial) -> denial.getClass().getSimpleName())
			.run((context) -> {
				Payouts payouts = context.getBean(Payouts.class);
				assertThat(payouts.payOutOf(new Order(1))).isEqualTo("ApprovalVerificationException");
				assertThat(payouts.payOutOfLater(new Order(1)).join()).isEqualTo("ApprovalVerificationException");
			});
		assertThat(this.started).hasValue(0);
		assertThat(results).containsExactly(ApprovalResult.UNVERIFIED, ApprovalResult.UNVERIFIED);
	}

	@ParameterizedTest
	@EnumSource(Replacement.class)
	void argumentThatAnInterceptorInsideReplacesIsDenied(Replacement replacement) {
		List<ApprovalResult> results = new CopyOnWriteArrayList<>();
		inside((invocation) -> replacement.apply(invocation, 5000).proceed())
			.withBean(ApprovalListener.class,
					() -> (request, artifactType) -> (outcome) -> results.add(outcome.result()))
			.run((context) -> {
				Payouts payouts = context.getBean(Payouts.class);
				assertReplaced(() -> payouts.payOutNow(1));
				assertReplaced(() -> payouts.payOutIfAbove(1));
				assertThat(payouts.payOutLater(1)).failsWithin(20, TimeUnit.SECONDS)
					.withThrowableThat()
					.withCauseInstanceOf(ApprovalVerificationException.class);
			});
		assertThat(this.started).hasValue(0);
		assertThat(this.asked).hasValue(2);
		assertThat(results).containsExactly(ApprovalResult.UNVERIFIED, ApprovalResult.UNVERIFIED,
				ApprovalResult.UNVERIFIED);
	}

	private static void assertReplaced(ThrowingCallable call) {
		assertThatExceptionOfType(ApprovalVerificationException.class).isThrownBy(call)
			.withMessageContainingAll("'amount'", "interceptor inside the guard", "'airlock.gateway.approval.order'");
	}

	@ParameterizedTest
	@EnumSource(Replacement.class)
	void argumentWhenInterceptorInsideSetsSameValueIsAccepted(Replacement replacement) {
		inside((invocation) -> replacement.apply(invocation, Objects.requireNonNull(invocation.getArguments()[0]))
			.proceed()).run((context) -> {
				assertThat(context.getBean(Payouts.class).payOutNow(1000)).isEqualTo("paid 1000");
				assertThat(context.getBean(Payouts.class).payOutIfAbove(1)).isEqualTo("paid 1");
			});
		assertThat(this.started).hasValue(2);
	}

	@ParameterizedTest
	@EnumSource(Replacement.class)
	void argumentWhenInterceptorInsideBoxesItAgainIsAccepted(Replacement replacement) {
		inside((invocation) -> replacement.apply(invocation, boxAgain(invocation.getArguments()[0])).proceed())
			.run((context) -> assertThat(context.getBean(Payouts.class).payOutNow(1000)).isEqualTo("paid 1000"));
		assertThat(this.started).hasValue(1);
	}

	private static Object boxAgain(@Nullable Object argument) {
		int value = (Integer) Objects.requireNonNull(argument);
		return value;
	}

	@Test
	void changeBeforeAnInterceptorThatReplacesTheMethodIsDenied() {
		AtomicInteger replaced = new AtomicInteger();
		Order order = new Order(1);
		this.whileAsked = () -> order.amount = 5000;
		inside((invocation) -> "replaced " + replaced.incrementAndGet())
			.run((context) -> assertThatExceptionOfType(ApprovalVerificationException.class)
				.isThrownBy(() -> context.getBean(Payouts.class).payOutOf(order)));
		assertThat(replaced).hasValue(0);
	}

	private static MethodInvocation change(MethodInvocation invocation) {
		((Order) Objects.requireNonNull(invocation.getArguments()[0])).amount = 5000;
		return invocation;
	}

	private static @Nullable Object retry(MethodInvocation invocation, Repetition repetition) throws Throwable {
		MethodInvocation again = repetition.prepare((ProxyMethodInvocation) invocation);
		try {
			invocation.proceed();
		}
		catch (IllegalStateException ex) {
			assertThat(ex).hasMessage("no connection");
		}
		return again.proceed();
	}

	private static Object race(ExecutorService threads, MethodInvocation invocation, boolean cloned) throws Exception {
		CountDownLatch start = new CountDownLatch(1);
		Callable<@Nullable Object> racer = () -> {
			MethodInvocation own = cloned ? ((ProxyMethodInvocation) invocation).invocableClone() : invocation;
			start.await(20, TimeUnit.SECONDS);
			try {
				return own.proceed();
			}
			catch (Throwable ex) {
				return ex;
			}
		};
		List<Future<@Nullable Object>> results = List.of(threads.submit(racer), threads.submit(racer),
				threads.submit(racer));
		start.countDown();
		for (Future<@Nullable Object> result : results) {
			assertThat(result.get(20, TimeUnit.SECONDS)).isInstanceOf(RuntimeException.class);
		}
		return "raced";
	}

	private ApplicationContextRunner inside(MethodInterceptor interceptor) {
		// That of common retry libraries
		return Interceptors.add(this.contextRunner, Ordered.LOWEST_PRECEDENCE, interceptor);
	}

	static class Order {

		public int amount;

		Order(int amount) {
			this.amount = amount;
		}

	}

	/**
	 * How an interceptor sets the argument.
	 */
	enum Replacement {

		SET_ARGUMENTS((invocation, argument) -> {
			invocation.setArguments(argument);
			return invocation;
		}), CLONE((invocation, argument) -> invocation.invocableClone(argument)),
		PROCEED_OF_ASPECTJ((invocation, argument) -> {
			invocation.setArguments(argument);
			return invocation.invocableClone(argument);
		}), ELEMENT((invocation, argument) -> {
			invocation.getArguments()[0] = argument;
			return invocation;
		});

		private final BiFunction<ProxyMethodInvocation, Object, MethodInvocation> replacement;

		Replacement(BiFunction<ProxyMethodInvocation, Object, MethodInvocation> replacement) {
			this.replacement = replacement;
		}

		MethodInvocation apply(MethodInvocation invocation, Object argument) {
			return this.replacement.apply((ProxyMethodInvocation) invocation, argument);
		}

	}

	static class Payouts {

		private final AtomicInteger started;

		Payouts(AtomicInteger started) {
			this.started = started;
		}

		@RequiresAirlockApproval
		public String payOut(int amount) {
			return fail();
		}

		@RequiresAirlockApproval
		public String payOutNow(int amount) {
			this.started.incrementAndGet();
			return "paid " + amount;
		}

		@RequiresAirlockApproval(condition = "#amount > 100")
		public String payOutIfAbove(int amount) {
			this.started.incrementAndGet();
			return "paid " + amount;
		}

		private String fail() {
			this.started.incrementAndGet();
			throw new IllegalStateException("no connection");
		}

		@RequiresAirlockApproval
		public String payOutOf(Order order) {
			return "paid " + order.amount + " " + this.started.incrementAndGet();
		}

		@RequiresAirlockApproval
		public CompletableFuture<String> payOutOfLater(Order order) {
			return CompletableFuture.completedFuture(payOutOf(order));
		}

		@RequiresAirlockApproval
		public CompletableFuture<String> payOutLater(int amount) {
			this.started.incrementAndGet();
			return CompletableFuture.completedFuture("paid " + amount);
		}

		@RequiresAirlockApproval
		public CompletableFuture<String> payOutEventually(int amount) {
			this.started.incrementAndGet();
			return new CompletableFuture<>();
		}

		@RequiresAirlockApproval
		public Object payOutLaterAsObject(int amount) {
			return payOutLater(amount);
		}

		@RequiresAirlockApproval
		public Object payOutAsObject(int amount) {
			return payOutAtSubscription(amount);
		}

		@RequiresAirlockApproval
		public Mono<String> payOutAtSubscription(int amount) {
			return Mono.fromSupplier(this::fail);
		}

		@RequiresAirlockApproval
		public Mono<String> payOutAndChange(Order order) {
			return Mono.fromSupplier(() -> {
				order.amount = 0;
				return fail();
			});
		}

		@RequiresAirlockApproval
		public Flux<String> payOutInParts(int amount) {
			return Flux.defer(() -> Flux.just("part " + this.started.incrementAndGet()));
		}

		@RequiresAirlockApproval
		public Mono<Integer> payOutFirst(List<Integer> amounts) {
			Integer first = amounts.remove(0);
			return Mono.fromSupplier(() -> {
				this.started.incrementAndGet();
				return first;
			});
		}

		@RequiresAirlockApproval
		public Mono<String> payOutLazily(int amount) {
			this.started.incrementAndGet();
			return Mono.just("paid " + amount);
		}

	}

	static class CompensatedPayouts {

		private final Consumer<SignalType> end;

		CompensatedPayouts(Consumer<SignalType> end) {
			this.end = end;
		}

		@RequiresAirlockApproval
		public Mono<String> payOut(int amount) {
			return Mono.fromSupplier(() -> "paid " + amount).doFinally(this.end);
		}

	}

}
