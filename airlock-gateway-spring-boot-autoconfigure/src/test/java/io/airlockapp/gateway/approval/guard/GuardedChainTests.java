/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedByPolicyException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.guard.Interceptors.Repetition;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that a person who denied an invocation is not asked again within it, whatever the
 * interceptors outside the guard do.
 */
class GuardedChainTests {

	private final List<String> asked = new ArrayList<>();

	private final List<ApprovalResult> withoutRequest = new ArrayList<>();

	private Supplier<? extends AirlockGatewayException> answer = () -> new ApprovalDeniedException("no", "req-1",
			"not today");

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> (call) -> {
			this.asked.add(call.toRequest().getCommandText());
			throw this.answer.get();
		})
		.withBean(ApprovalListener.class,
				() -> (request, artifactType) -> (outcome) -> this.withoutRequest.add(outcome.result()))
		.withBean(Payouts.class);

	@ParameterizedTest
	@EnumSource(Repetition.class)
	void denialWhenProceedingAgainIsRepeatedWithoutRequest(Repetition repetition) {
		outside((invocation) -> {
			AirlockGatewayException first = denial(invocation);
			AirlockGatewayException second = denial(repetition.prepare((ProxyMethodInvocation) invocation));
			assertThat(second).isNotSameAs(first);
			throw second;
		}).run((context) -> {
			Payouts payouts = context.getBean(Payouts.class);
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> payouts.payOut(5))
				.withMessage("no")
				.satisfies((ex) -> assertThat(ex.getRequestId()).isEqualTo("req-1"))
				.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("not today"));
			assertThat(this.asked).containsExactly("Payouts.payOut(amount=5)");
			assertThat(this.withoutRequest).containsExactly(ApprovalResult.DENIED);
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> payouts.payOut(5));
			assertThat(this.asked).hasSize(2);
		});
	}

	@Test
	void denialWhenProceedingInOtherThreadIsRepeatedWithoutRequest() {
		outside((invocation) -> {
			denial(invocation);
			return CompletableFuture.supplyAsync(() -> {
				throw denial(invocation);
			}).join();
		}).run((context) -> {
			assertThatExceptionOfType(CompletionException.class)
				.isThrownBy(() -> context.getBean(Payouts.class).payOut(5))
				.withCauseInstanceOf(ApprovalDeniedException.class);
			assertThat(this.asked).hasSize(1);
		});
	}

	@Test
	void denialOfFutureWhenProceedingAgainIsRepeatedWithoutRequest() {
		outside((invocation) -> {
			assertThat((CompletableFuture<?>) invocation.proceed()).failsWithin(20, TimeUnit.SECONDS);
			return invocation.proceed();
		}).run((context) -> {
			assertThat(context.getBean(Payouts.class).payOutLater(5)).failsWithin(20, TimeUnit.SECONDS)
				.withThrowableThat()
				.withCauseInstanceOf(ApprovalDeniedException.class);
			assertThat(this.asked).hasSize(1);
		});
	}

	@Test
	void eachSubscriptionIsAnInvocationOfItsOwn() {
		outside(MethodInvocation::proceed).run((context) -> {
			Mono<String> mono = context.getBean(Payouts.class).payOutLazily(5);
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(mono::block);
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(mono::block);
			assertThat(this.asked).hasSize(2);
		});
	}

	static List<AirlockGatewayException> noAnswers() {
		return List.of(new ApprovalTimeoutException("silence", "req-1"),
				new ApprovalUnavailableException("no gateway", null, null),
				new ApprovalDeniedByPolicyException("policy", "p-1", Instant.EPOCH));
	}

	@ParameterizedTest
	@MethodSource("noAnswers")
	void approvalWhenThereWasNoDecisionIsRequestedAgain(AirlockGatewayException failure) {
		this.answer = () -> failure;
		outside((invocation) -> {
			denial(invocation);
			throw denial(invocation);
		}).run((context) -> {
			assertThatExceptionOfType(failure.getClass()).isThrownBy(() -> context.getBean(Payouts.class).payOut(5));
			assertThat(this.asked).hasSize(2);
		});
	}

	private static AirlockGatewayException denial(MethodInvocation invocation) {
		try {
			throw new AssertionError("ran: " + invocation.proceed());
		}
		catch (AirlockGatewayException ex) {
			return ex;
		}
		catch (Throwable ex) {
			throw new AssertionError(ex);
		}
	}

	private ApplicationContextRunner outside(MethodInterceptor interceptor) {
		return Interceptors.add(this.contextRunner, ApprovalAdvisor.DEFAULT_ORDER - 1, interceptor);
	}

	static class Payouts {

		@RequiresAirlockApproval
		public String payOut(int amount) {
			throw new AssertionError();
		}

		@RequiresAirlockApproval
		public CompletableFuture<String> payOutLater(int amount) {
			throw new AssertionError();
		}

		@RequiresAirlockApproval
		public Mono<String> payOutLazily(int amount) {
			throw new AssertionError();
		}

	}

}
