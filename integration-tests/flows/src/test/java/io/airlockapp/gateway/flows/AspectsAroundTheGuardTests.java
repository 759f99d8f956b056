/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.aspectj.lang.JoinPoint;
import org.aspectj.lang.ProceedingJoinPoint;
import org.aspectj.lang.annotation.Around;
import org.aspectj.lang.annotation.Aspect;
import org.aspectj.lang.annotation.Before;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.aop.interceptor.ExposeInvocationInterceptor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.EnableAspectJAutoProxy;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Aspects outside and inside of the guard see each call as it is, in whatever thread.
 */
class AspectsAroundTheGuardTests extends SimulatorTests {

	@BeforeEach
	void approve() {
		approveAll();
	}

	private final ApplicationContextRunner contextRunner = runner(Application.class);

	@Test
	void aspectsSeeArguments() {
		run(this.contextRunner, Payouts.class, (payouts, context) -> {
			assertThat(payouts.payOut("a")).isEqualTo("paid a");
			assertThat(payouts.payOutLater("b")).succeedsWithin(MAX_WAIT).isEqualTo("paid b");
			Mono<String> lazily = payouts.payOutLazily("c");
			assertThat(lazily.block(MAX_WAIT)).isEqualTo("paid c");
			assertThat(lazily.block(MAX_WAIT)).isEqualTo("paid c");
			assertThat(context.getBean(Outside.class).seen).containsExactly("payOut", "payOutLater", "payOutLazily");
			assertThat(context.getBean(Inside.class).seen).containsExactly("[a]", "[a]", "[b]", "[b]", "[c]", "[c]",
					"[c]", "[c]");
		});
	}

	@Test
	void argumentsChangedByAspectAreShownForApproval() {
		run(this.contextRunner.withBean(Exchanging.class), Payouts.class, (payouts, context) -> {
			assertThat(payouts.payOut("a")).isEqualTo("paid a!!");
			assertThat(payouts.payOutLazily("c").block(MAX_WAIT)).isEqualTo("paid c!!");
			assertThat(this.simulator.history())
				.extracting((handled) -> handled.request().arguments().get("order").asString())
				.containsExactly("a!", "a!!", "c!!");
			assertThat(context.getBean(Exchanging.class).seen).containsExactly("[a!]", "[a!!]", "[c!]", "[c!!]");
		});
	}

	@Test
	void guardedAspectFailsStart() {
		this.contextRunner.withBean(GuardedAspect.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContaining(GuardedAspect.class.getName()));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAspectJAutoProxy
	@Import({ Payouts.class, Outside.class, Inside.class })
	static class Application {

	}

	@Aspect
	@Order(1)
	static class Outside {

		private final List<String> seen = new CopyOnWriteArrayList<>();

		@Before("@annotation(io.airlockapp.gateway.approval.RequiresAirlockApproval)")
		void before(JoinPoint joinPoint) {
			// Leaves the arguments to whoever asks this join point for them later
			this.seen.add(joinPoint.getSignature().getName());
		}

	}

	@Aspect
	@Order(2)
	static class Exchanging {

		private final List<String> seen = new CopyOnWriteArrayList<>();

		@Around("@annotation(io.airlockapp.gateway.approval.RequiresAirlockApproval) && args(order)")
		Object around(ProceedingJoinPoint joinPoint, String order) throws Throwable {
			joinPoint.proceed(new Object[] { order + "!" });
			return joinPoint.proceed(new Object[] { order + "!!" });
		}

		@Before("@annotation(io.airlockapp.gateway.approval.RequiresAirlockApproval)")
		void before(JoinPoint joinPoint) {
			this.seen.add(Arrays.toString(ExposeInvocationInterceptor.currentInvocation().getArguments()));
		}

	}

	@Aspect
	static class Inside {

		private final List<String> seen = new CopyOnWriteArrayList<>();

		@Before("@annotation(io.airlockapp.gateway.approval.RequiresAirlockApproval)")
		void before(JoinPoint joinPoint) {
			this.seen.add(Arrays.toString(joinPoint.getArgs()));
		}

		@Around("@annotation(io.airlockapp.gateway.approval.RequiresAirlockApproval)")
		Object around(ProceedingJoinPoint joinPoint) throws Throwable {
			this.seen.add(Arrays.toString(joinPoint.getArgs()));
			return joinPoint.proceed();
		}

	}

	@Aspect
	static class GuardedAspect {

		@RequiresAirlockApproval
		public void payOut() {
		}

	}

	static class Payouts {

		@RequiresAirlockApproval("Pay out")
		public String payOut(String order) {
			return "paid " + order;
		}

		@RequiresAirlockApproval("Pay out")
		public CompletableFuture<String> payOutLater(String order) {
			return CompletableFuture.completedFuture(payOut(order));
		}

		@RequiresAirlockApproval("Pay out")
		public Mono<String> payOutLazily(String order) {
			return Mono.just(payOut(order));
		}

	}

}
