package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.aop.AopInvocationException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
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
class ReactiveSecurityTests {

	private static final Duration MAX_WAIT = Duration.ofSeconds(20);

	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final ApplicationContextRunner contextRunner = SimulatedApplications.runner(this.simulator,
			Application.class);

	@AfterEach
	void stop() {
		this.simulator.close();
	}

	@Test
	void asksNobodyForWhatTheSubscriberMayNotDo() {
		this.contextRunner.run((context) -> {
			Payouts payouts = context.getBean(Payouts.class);
			assertThatExceptionOfType(AccessDeniedException.class)
				.isThrownBy(() -> as("GUEST", payouts.payOut()).block(MAX_WAIT));
			assertThatExceptionOfType(AccessDeniedException.class)
				.isThrownBy(() -> payouts.statements().collectList().block(MAX_WAIT));
			assertThat(this.simulator.requests()).isEmpty();
			assertThat(payouts.calls()).isZero();
		});
	}

	@Test
	void eachCallIsAuthorizedAndAskedAboutByItself() {
		this.contextRunner.run((context) -> {
			Payouts payouts = context.getBean(Payouts.class);
			for (int i = 1; i <= 3; i++) {
				CompletableFuture<Integer> subscribed = as("ADMIN", Mono.defer(payouts::payOut)).toFuture();
				this.simulator.approve(this.simulator.awaitPending().requestId());
				assertThat(subscribed).succeedsWithin(MAX_WAIT).isEqualTo(i);
			}
			assertThatExceptionOfType(AccessDeniedException.class)
				.isThrownBy(() -> as("GUEST", payouts.payOut()).block(MAX_WAIT));
			assertThat(this.simulator.history()).hasSize(3);
			assertThat(payouts.calls()).isEqualTo(3);
		});
	}

	@Test
	void elementsOfAFlux() {
		approveAll();
		this.contextRunner.run((context) -> {
			Flux<Integer> result = context.getBean(Payouts.class).statements();
			assertThat(as("ADMIN", result.collectList()).block(MAX_WAIT)).containsExactly(1, 2);
			assertThat(this.simulator.history()).hasSize(1);
		});
	}

	@Test
	void secondSubscriptionIsRefusedRatherThanRun() {
		approveAll();
		this.contextRunner.run((context) -> {
			Payouts payouts = context.getBean(Payouts.class);
			Mono<Integer> result = as("ADMIN", payouts.payOut());
			assertThat(result.block(MAX_WAIT)).isOne();
			assertThatExceptionOfType(AopInvocationException.class).isThrownBy(() -> result.block(MAX_WAIT));
			assertThatExceptionOfType(AopInvocationException.class).isThrownBy(() -> result.block(MAX_WAIT));
			assertThat(this.simulator.history()).hasSize(1);
			assertThat(payouts.calls()).isOne();
		});
	}

	private static <T> Mono<T> as(String role, Mono<T> mono) {
		return mono.contextWrite(ReactiveSecurityContextHolder
			.withAuthentication(new TestingAuthenticationToken("user", "", "ROLE_" + role)));
	}

	private void approveAll() {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableReactiveMethodSecurity
	static class Application {

		@Bean
		Payouts payouts() {
			return new Payouts();
		}

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
