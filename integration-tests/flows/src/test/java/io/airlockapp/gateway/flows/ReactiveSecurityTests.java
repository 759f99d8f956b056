/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.method.configuration.EnableReactiveMethodSecurity;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Spring Security authorizes each subscription before anybody is asked. Its interceptors
 * proceed once per subscription, which must not lead past the guard.
 */
class ReactiveSecurityTests extends SimulatorTests {

	private static final int ROUNDS = 50;

	@AutoClose("shutdownNow")
	private final ExecutorService threads = Executors.newFixedThreadPool(2);

	private final ApplicationContextRunner contextRunner = runner(Application.class);

	@Test
	void unauthorizedSubscriptionRequestsNoApproval() {
		run(this.contextRunner, Payouts.class, (payouts) -> {
			assertThatExceptionOfType(AccessDeniedException.class)
				.isThrownBy(() -> as("GUEST", payouts.payOut()).block(MAX_WAIT));
			assertThatExceptionOfType(AccessDeniedException.class)
				.isThrownBy(() -> payouts.statements().collectList().block(MAX_WAIT));
			assertThat(this.simulator.requests()).isEmpty();
			assertThat(payouts.calls()).isZero();
		});
	}

	@Test
	void eachSubscriptionIsAuthorizedAndRequestsApproval() {
		run(this.contextRunner, Payouts.class, (payouts) -> {
			Mono<Integer> result = payouts.payOut();
			for (int i = 1; i <= 3; i++) {
				CompletableFuture<Integer> subscribed = as("ADMIN", result).toFuture();
				approveNext();
				assertThat(subscribed).succeedsWithin(MAX_WAIT).isEqualTo(i);
			}
			assertThatExceptionOfType(AccessDeniedException.class)
				.isThrownBy(() -> as("GUEST", result).block(MAX_WAIT));
			assertThat(this.simulator.history()).hasSize(3);
			assertThat(payouts.calls()).isEqualTo(3);
		});
	}

	@Test
	void eachSubscriptionOfFluxRequestsOneApproval() {
		approveAll();
		this.contextRunner.run((context) -> {
			Flux<Integer> result = context.getBean(Payouts.class).statements();
			assertThat(as("ADMIN", result.collectList()).block(MAX_WAIT)).containsExactly(1, 2);
			assertThat(as("ADMIN", result.collectList()).block(MAX_WAIT)).containsExactly(3, 4);
			assertThat(this.simulator.history()).hasSize(2);
		});
	}

	@Test
	void subscribersAtTheSameTimeDoNotLeadEachOtherPastTheGuard() {
		rejectAll();
		run(this.contextRunner.withPropertyValues("airlock.gateway.rate-limit.requests=10000",
				"airlock.gateway.approval.limits.duplicates=allow"), Payouts.class, (payouts) -> {
					for (int round = 0; round < ROUNDS; round++) {
						Mono<Integer> result = as("ADMIN", payouts.payOut());
						CyclicBarrier start = new CyclicBarrier(2);
						Supplier<Integer> subscriber = () -> {
							await(start);
							return result.block(MAX_WAIT);
						};
						assertThat(List.of(CompletableFuture.supplyAsync(subscriber, this.threads),
								CompletableFuture.supplyAsync(subscriber, this.threads)))
							.allSatisfy((subscribed) -> assertThat(subscribed).failsWithin(MAX_WAIT)
								.withThrowableThat()
								.withCauseInstanceOf(ApprovalDeniedException.class));
					}
					assertThat(this.simulator.history()).hasSize(2 * ROUNDS);
					assertThat(payouts.calls()).isZero();
				});
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await();
		}
		catch (BrokenBarrierException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static <T> Mono<T> as(String role, Mono<T> mono) {
		return mono.contextWrite(ReactiveSecurityContextHolder
			.withAuthentication(new TestingAuthenticationToken("user", "", "ROLE_" + role)));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableReactiveMethodSecurity
	@Import(Payouts.class)
	static class Application {

	}

	static class Payouts {

		private final AtomicInteger calls = new AtomicInteger();

		int calls() {
			return this.calls.get();
		}

		@PreAuthorize("hasRole('ADMIN')")
		@RequiresAirlockApproval("Pay out")
		public Mono<Integer> payOut() {
			return Mono.fromSupplier(this.calls::incrementAndGet);
		}

		@PreAuthorize("hasRole('ADMIN')")
		@RequiresAirlockApproval("Statements")
		public Flux<Integer> statements() {
			return Flux.just(1, 2).map((number) -> this.calls.incrementAndGet());
		}

	}

}
