/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.assertj.core.api.ThrowingConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

import org.springframework.aop.IntroductionAdvisor;
import org.springframework.aop.IntroductionInterceptor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.DefaultIntroductionAdvisor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.DelegatingIntroductionInterceptor;
import org.springframework.aop.support.DynamicMethodMatcherPointcut;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that interceptors around the guard cannot get past it, in however many threads
 * and however late they proceed.
 */
class InterceptorsAroundTheGuardTests {

	private static final int ROUNDS = 100;

	private static final int OUTSIDE = ApprovalAdvisor.DEFAULT_ORDER - 10;

	@AutoClose("shutdownNow")
	private final ExecutorService threads = Executors.newFixedThreadPool(2);

	private final AtomicInteger asked = new AtomicInteger();

	private final AtomicInteger approved = new AtomicInteger();

	private final AtomicInteger opened = new AtomicInteger();

	private final AtomicInteger passed = new AtomicInteger();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> (call) -> decide())
		.withBean(Door.class, () -> new Vault(this.opened));

	static Stream<Arguments> kinds() {
		return Stream.of(Style.values())
			.flatMap((style) -> Stream.of(true, false)
				.flatMap(
						(ofClass) -> Stream.of(Around.values()).map((around) -> Arguments.of(style, ofClass, around))));
	}

	@ParameterizedTest
	@MethodSource("kinds")
	void approvalWhenTwoThreadsProceedAtOnceIsRequestedForEach(Style style, boolean ofClass, Around around) {
		run(ofClass, around, this::proceedInTwoThreads, (door) -> {
			for (int round = 0; round < ROUNDS; round++) {
				style.open(door);
			}
		});
		assertThat(this.asked).hasValue(2 * ROUNDS);
		assertThat(this.opened).hasValue(ROUNDS).hasValue(this.approved.get());
		assertThat(this.passed).hasValue((around == Around.NOTHING) ? 0 : 2 * ROUNDS);
	}

	@Test
	void introductionInsideTheGuardRunsNoGuardedMethod() {
		EnteringInterceptor introduction = new EnteringInterceptor();
		introduced(introduction, ApprovalAdvisor.DEFAULT_ORDER + 10).run((context) -> {
			Introduced introduced = (Introduced) context.getBean(Door.class);
			assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(introduced::enter)
				.withMessageContaining("an introduction");
			assertThat(introduction.entered).isFalse();
			assertThat(context.getBean(Door.class).open("a")).isEqualTo("opened");
		});
	}

	@Test
	void introductionOutsideTheGuardPreventsTheStart() {
		introduced(new EnteringInterceptor(), OUTSIDE).run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void introductionOfAnObjectWithGuardedMethodsPreventsTheStart() {
		introduced(new DelegatingIntroductionInterceptor(new Entrance()), ApprovalAdvisor.DEFAULT_ORDER + 10)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("an introduction adds an object of that class"));
	}

	private ApplicationContextRunner introduced(IntroductionInterceptor introduction, int order) {
		return this.contextRunner.withBean(IntroductionAdvisor.class, () -> advisor(introduction, order),
				(definition) -> definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE));
	}

	@SuppressWarnings("serial")
	private static IntroductionAdvisor advisor(IntroductionInterceptor introduction, int order) {
		DefaultIntroductionAdvisor advisor = new DefaultIntroductionAdvisor(introduction,
				() -> new Class<?>[] { Introduced.class }) {

			@Override
			public boolean matches(Class<?> type) {
				return Vault.class.isAssignableFrom(type);
			}

		};
		advisor.setOrder(order);
		return advisor;
	}

	@ParameterizedTest
	@MethodSource("kinds")
	void approvalWhenKeptInvocationProceedsAgainIsRequestedEachTime(Style style, boolean ofClass, Around around) {
		List<MethodInvocation> kept = new ArrayList<>();
		run(ofClass, around, (invocation) -> {
			kept.add(invocation);
			return invocation.proceed();
		}, (door) -> {
			style.open(door);
			for (int i = 0; i < 5; i++) {
				result(() -> kept.get(0).proceed());
			}
		});
		assertThat(this.asked).hasValue(6);
		assertThat(this.opened).hasValue(3).hasValue(this.approved.get());
	}

	@ParameterizedTest
	@MethodSource("kinds")
	void interceptorOutsideIsCalledEachTimeOuterOneProceeds(Style style, boolean ofClass, Around around) {
		run(ofClass, around, (invocation) -> {
			Object answer = invocation.proceed();
			result(() -> invocation.proceed());
			return answer;
		}, style::open);
		assertThat(this.asked).hasValue(2);
		assertThat(this.opened).hasValue(1);
		assertThat(this.passed).hasValue((around == Around.NOTHING) ? 0 : 2);
	}

	private @Nullable Object proceedInTwoThreads(MethodInvocation invocation) throws Exception {
		CyclicBarrier start = new CyclicBarrier(2);
		Callable<@Nullable Object> racer = () -> {
			start.await(20, TimeUnit.SECONDS);
			return result(() -> invocation.proceed());
		};
		for (var result : this.threads.invokeAll(List.of(racer, racer))) {
			Object value = result.get();
			assertThat(value).satisfiesAnyOf((opened) -> assertThat(opened).isEqualTo("opened"),
					(denial) -> assertThat(denial).asString().contains("not this one"));
		}
		return Style.of(invocation.getMethod()).wrap("raced");
	}

	private static @Nullable Object result(ThrowingCallable call) {
		try {
			Object answer = call.call();
			return (answer instanceof CompletableFuture<?> future) ? future.get(20, TimeUnit.SECONDS)
					: (answer instanceof Mono<?> mono) ? mono.block() : answer;
		}
		catch (Throwable ex) {
			return ex;
		}
	}

	private void decide() {
		if (this.asked.incrementAndGet() % 2 == 0) {
			throw new ApprovalUnavailableException("not this one", null, null);
		}
		this.approved.incrementAndGet();
	}

	private void run(boolean ofClass, Around around, MethodInterceptor outermost, ThrowingConsumer<Door> caller) {
		ApplicationContextRunner runner = with("outermost", OUTSIDE - 1, Around.INTERCEPTORS.pointcut(true), outermost,
				this.contextRunner.withPropertyValues("spring.aop.proxy-target-class=" + ofClass));
		if (around != Around.NOTHING) {
			MethodInterceptor passing = (invocation) -> {
				this.passed.incrementAndGet();
				return invocation.proceed();
			};
			runner = with("between", OUTSIDE, around.pointcut(true), passing, runner);
			runner = with("never", OUTSIDE, around.pointcut(false), passing, runner);
			runner = with("inside", ApprovalAdvisor.DEFAULT_ORDER + 1, around.pointcut(true), MethodInvocation::proceed,
					runner);
		}
		runner.run((context) -> {
			Door door = context.getBean(Door.class);
			assertThat(Proxy.isProxyClass(door.getClass())).isNotEqualTo(ofClass);
			caller.accept(door);
		});
	}

	private static ApplicationContextRunner with(String name, int order, Pointcut pointcut, MethodInterceptor advice,
			ApplicationContextRunner runner) {
		return runner.withBean(name, DefaultPointcutAdvisor.class, () -> {
			DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(pointcut, advice);
			advisor.setOrder(order);
			return advisor;
		}, (definition) -> definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE));
	}

	/**
	 * What is around the guard besides the outermost interceptor.
	 */
	enum Around {

		NOTHING {
			@Override
			Pointcut pointcut(boolean matching) {
				throw new UnsupportedOperationException();
			}
		},

		INTERCEPTORS {
			@Override
			Pointcut pointcut(boolean matching) {
				return new StaticMethodMatcherPointcut() {

					@Override
					public boolean matches(Method method, Class<?> targetClass) {
						return matching && targetClass == Vault.class;
					}

				};
			}
		},

		INTERCEPTORS_FOR_ARGUMENTS {
			@Override
			Pointcut pointcut(boolean matching) {
				return new DynamicMethodMatcherPointcut() {

					@Override
					public boolean matches(Method method, Class<?> targetClass) {
						return targetClass == Vault.class;
					}

					@Override
					public boolean matches(Method method, Class<?> targetClass, @Nullable Object... args) {
						return matching && List.of("a").equals(List.of(args));
					}

				};
			}
		};

		abstract Pointcut pointcut(boolean matching);

	}

	enum Style {

		BLOCKING((door) -> door.open("a"), (result) -> result),
		FUTURE((door) -> door.openLater("a"), CompletableFuture::completedFuture),
		MONO((door) -> door.openLazily("a"), Mono::just);

		private final Function<Door, Object> opening;

		private final Function<String, Object> wrapping;

		Style(Function<Door, Object> opening, Function<String, Object> wrapping) {
			this.opening = opening;
			this.wrapping = wrapping;
		}

		void open(Door door) {
			if (this == BLOCKING) {
				this.opening.apply(door);
			}
			else {
				result(() -> this.opening.apply(door));
			}
		}

		Object wrap(String result) {
			return this.wrapping.apply(result);
		}

		static Style of(Method method) {
			return switch (method.getName()) {
				case "openLater" -> FUTURE;
				case "openLazily" -> MONO;
				default -> BLOCKING;
			};
		}

	}

	@FunctionalInterface
	private interface ThrowingCallable {

		@Nullable Object call() throws Throwable;

	}

	interface Introduced {

		@RequiresAirlockApproval
		void enter();

	}

	static class Entrance implements Introduced {

		@Override
		public void enter() {
		}

	}

	/**
	 * An introduction that delegates to no object, so that only the call is refused.
	 */
	static class EnteringInterceptor implements IntroductionInterceptor {

		private boolean entered;

		@Override
		public boolean implementsInterface(Class<?> type) {
			return type == Introduced.class;
		}

		@Override
		public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
			if (invocation.getMethod().getDeclaringClass() == Introduced.class) {
				this.entered = true;
				return null;
			}
			return invocation.proceed();
		}

	}

	interface Door {

		String open(String name);

		CompletableFuture<String> openLater(String name);

		Mono<String> openLazily(String name);

	}

	@RequiresAirlockApproval
	static class Vault implements Door {

		private final AtomicInteger opened;

		Vault(AtomicInteger opened) {
			this.opened = opened;
		}

		@Override
		public String open(String name) {
			return open();
		}

		@Override
		public CompletableFuture<String> openLater(String name) {
			return CompletableFuture.completedFuture(open());
		}

		@Override
		public Mono<String> openLazily(String name) {
			return Mono.fromSupplier(this::open);
		}

		private String open() {
			this.opened.incrementAndGet();
			return "opened";
		}

	}

}
