/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.resilience.InvocationRejectedException;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.ConcurrencyLimit.ThrottlePolicy;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for guarded methods with other advice: what is requested, and when. The reference
 * documentation contains the same as a table.
 */
class GuardCombinationTests extends SimulatorTests {

	private final ApplicationContextRunner contextRunner = runner(TransactionalApplication.class, Application.class,
			Payouts.class);

	@Test
	void authorizationIsCheckedInCallBeforeRequest() {
		SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("user", "", "ROLE_GUEST"));
		run(this.contextRunner, Payouts.class, (payouts) -> {
			assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(payouts::authorizedFuture);
			assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(payouts::authorizedMono);
			assertNobodyIsAsked(payouts);
		});
	}

	@Test
	void authorizedFutureAndMonoRequestApproval() {
		SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("user", "", "ROLE_ADMIN"));
		approveAll();
		run(this.contextRunner, Payouts.class, (payouts) -> {
			assertThat(payouts.authorizedFuture()).succeedsWithin(MAX_WAIT);
			payouts.authorizedMono().block(MAX_WAIT);
			assertAsked(2);
			assertThat(payouts.calls()).hasSize(2);
		});
	}

	@Test
	void transactionOfAFutureBeginsAfterTheApproval() {
		run(this.contextRunner, CountingDataSource.class, (dataSource, context) -> {
			CompletableFuture<Boolean> result = context.getBean(Payouts.class).transactionalFuture();
			String requestId = this.simulator.awaitPending().requestId();
			assertThat(dataSource.connections()).isZero();
			this.simulator.approve(requestId);
			assertThat(result).succeedsWithin(MAX_WAIT).isEqualTo(true);
			assertThat(dataSource.connections()).isOne();
		});
	}

	@Test
	void eachAttemptOfRetryRequestsApproval() {
		approveAll();
		run(this.contextRunner, Payouts.class, (payouts) -> {
			assertThat(payouts.retried()).isEqualTo("attempt 2");
			assertAsked(2);
			assertThat(payouts.retriedMono().block(MAX_WAIT)).isEqualTo("attempt 4");
			assertAsked(4);
		});
	}

	@Test
	void failedFutureIsNotRetried() {
		approveAll();
		run(this.contextRunner, Payouts.class, (payouts) -> {
			assertFails(payouts.retriedFuture(), IllegalStateException.class);
			assertAsked(1);
		});
	}

	@Test
	void retryAfterDenialRequestsNoApprovalAgain() {
		rejectAll();
		run(this.contextRunner, Payouts.class, (payouts) -> {
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(payouts::retried);
			assertAsked(1);
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(payouts::retriedUnlessDenied);
			assertAsked(2);
			assertThatExceptionOfType(ApprovalDeniedException.class)
				.isThrownBy(() -> payouts.retriedMonoUnlessDenied().block(MAX_WAIT));
			assertAsked(3);
			assertThat(payouts.calls()).isEmpty();
		});
	}

	@Test
	void denialOfAMonoIsRetriedUnlessItIsExcluded() {
		rejectAll();
		run(this.contextRunner, Payouts.class, (payouts) -> {
			assertThatIllegalStateException().isThrownBy(() -> payouts.retriedMono().block(MAX_WAIT))
				.withMessageContaining("Retries exhausted")
				.withCauseInstanceOf(ApprovalDeniedException.class);
			assertAsked(3);
			assertThat(payouts.calls()).isEmpty();
		});
	}

	@Test
	void cachedResultRequestsApproval() {
		approveAll();
		run(this.contextRunner, Payouts.class, (payouts) -> {
			assertThat(payouts.cached("a")).isEqualTo(payouts.cached("a"));
			assertAsked(2);
			assertThat(payouts.cachedFuture("b").join()).isEqualTo(payouts.cachedFuture("b").join());
			assertAsked(4);
			assertThat(payouts.cachedMono("c").block(MAX_WAIT)).isEqualTo(payouts.cachedMono("c").block(MAX_WAIT));
			assertAsked(6);
			assertThat(payouts.calls()).containsExactly("a", "b", "c");
		});
	}

	@Test
	void denialIsNotCached() {
		run(this.contextRunner, Payouts.class, (payouts) -> {
			rejectAll();
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> payouts.cached("a"));
			assertThat(payouts.cachedFuture("a")).failsWithin(MAX_WAIT);
			approveAll();
			assertThat(payouts.cached("a")).isEqualTo("cached a");
			assertThat(payouts.calls()).containsExactly("a");
		});
	}

	@Test
	void slotOfAConcurrencyLimitIsHeldWhileTheCallerWaits() {
		run(this.contextRunner, Payouts.class, (payouts) -> {
			CompletableFuture<Void> first = CompletableFuture.runAsync(payouts::limited);
			String requestId = this.simulator.awaitPending().requestId();
			assertThatExceptionOfType(InvocationRejectedException.class).isThrownBy(payouts::limited);
			this.simulator.approve(requestId);
			assertThat(first).succeedsWithin(MAX_WAIT);
			approveAll();
			payouts.limited();
			assertThat(payouts.calls()).hasSize(2);
		});
	}

	@Test
	void slotOfAConcurrencyLimitIsFreeWhileAFutureOrMonoWaits() {
		run(this.contextRunner, Payouts.class, (payouts) -> {
			List<CompletableFuture<String>> results = List.of(payouts.limitedFuture(), payouts.limitedFuture(),
					payouts.limitedMono().toFuture(), payouts.limitedMono().toFuture());
			this.simulator.awaitPending(4, MAX_WAIT).forEach((request) -> this.simulator.approve(request.requestId()));
			assertThat(results).allSatisfy((result) -> assertThat(result).succeedsWithin(MAX_WAIT));
		});
	}

	@Test
	void callerOfAnAsyncMethodGoesOnAndTheOtherThreadWaits() {
		run(this.contextRunner, Payouts.class, (payouts, context) -> {
			ThreadPoolTaskExecutor executor = context.getBean(ThreadPoolTaskExecutor.class);
			CompletableFuture<String> result = payouts.asynchronous();
			String requestId = this.simulator.awaitPending().requestId();
			assertThat(result).isNotDone();
			assertThat(executor.getActiveCount()).isOne();
			this.simulator.approve(requestId);
			assertThat(result).succeedsWithin(MAX_WAIT).asString().startsWith("airlock-approval-");
			payouts.asynchronousWithoutResult();
			requestId = this.simulator.awaitPending().requestId();
			assertThat(payouts.calls()).hasSize(1);
			assertThat(executor.getActiveCount()).isOne();
			this.simulator.approve(requestId);
			executor.getThreadPoolExecutor().shutdown();
			assertThat(executor.getThreadPoolExecutor().awaitTermination(20, TimeUnit.SECONDS)).isTrue();
			assertThat(payouts.calls()).hasSize(2).last().asString().startsWith("worker-");
		});
	}

	private void assertNobodyIsAsked(Payouts payouts) {
		assertThat(this.simulator.requests()).isEmpty();
		assertThat(payouts.calls()).isEmpty();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	@EnableAsync
	@EnableResilientMethods
	static class Application {

		@Bean
		CacheManager cacheManager() {
			return new ConcurrentMapCacheManager();
		}

		@Bean
		ThreadPoolTaskExecutor worker() {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.setThreadNamePrefix("worker-");
			return executor;
		}

	}

	static class Payouts {

		private final List<String> calls = new CopyOnWriteArrayList<>();

		List<String> calls() {
			return this.calls;
		}

		@PreAuthorize("hasRole('ADMIN')")
		@RequiresAirlockApproval("Authorized")
		public CompletableFuture<String> authorizedFuture() {
			return CompletableFuture.completedFuture(call("future"));
		}

		@PreAuthorize("hasRole('ADMIN')")
		@RequiresAirlockApproval("Authorized")
		public Mono<String> authorizedMono() {
			return Mono.fromSupplier(() -> call("mono"));
		}

		@Transactional
		@RequiresAirlockApproval("Transactional")
		public CompletableFuture<Boolean> transactionalFuture() {
			return CompletableFuture.completedFuture(TransactionSynchronizationManager.isActualTransactionActive());
		}

		@Retryable(maxRetries = 2, delay = 1)
		@RequiresAirlockApproval("Retried")
		public String retried() {
			return failEverySecondTime();
		}

		@Retryable(maxRetries = 2, delay = 1)
		@RequiresAirlockApproval("Retried")
		public CompletableFuture<String> retriedFuture() {
			return CompletableFuture.supplyAsync(this::failEverySecondTime);
		}

		@Retryable(maxRetries = 2, delay = 1)
		@RequiresAirlockApproval("Retried")
		public Mono<String> retriedMono() {
			return Mono.fromSupplier(this::failEverySecondTime);
		}

		@Retryable(maxRetries = 2, delay = 1, excludes = AirlockGatewayException.class)
		@RequiresAirlockApproval("Retried")
		public String retriedUnlessDenied() {
			return failEverySecondTime();
		}

		@Retryable(maxRetries = 2, delay = 1, excludes = AirlockGatewayException.class)
		@RequiresAirlockApproval("Retried")
		public Mono<String> retriedMonoUnlessDenied() {
			return Mono.fromSupplier(this::failEverySecondTime);
		}

		@Cacheable("plain")
		@RequiresAirlockApproval("Cached")
		public String cached(String key) {
			return "cached " + call(key);
		}

		@Cacheable("future")
		@RequiresAirlockApproval("Cached")
		public CompletableFuture<String> cachedFuture(String key) {
			return CompletableFuture.completedFuture("cached " + call(key));
		}

		@Cacheable("mono")
		@RequiresAirlockApproval("Cached")
		public Mono<String> cachedMono(String key) {
			return Mono.fromSupplier(() -> "cached " + call(key));
		}

		@ConcurrencyLimit(limit = 1, policy = ThrottlePolicy.REJECT)
		@RequiresAirlockApproval("Limited")
		public void limited() {
			call("limited");
		}

		@ConcurrencyLimit(limit = 1, policy = ThrottlePolicy.REJECT)
		@RequiresAirlockApproval("Limited")
		public CompletableFuture<String> limitedFuture() {
			return CompletableFuture.completedFuture(call("future"));
		}

		@ConcurrencyLimit(limit = 1, policy = ThrottlePolicy.REJECT)
		@RequiresAirlockApproval("Limited")
		public Mono<String> limitedMono() {
			return Mono.fromSupplier(() -> call("mono"));
		}

		@Async
		@RequiresAirlockApproval("Asynchronous")
		public CompletableFuture<String> asynchronous() {
			return CompletableFuture.completedFuture(call(Thread.currentThread().getName()));
		}

		@Async
		@RequiresAirlockApproval("Asynchronous")
		public void asynchronousWithoutResult() {
			call(Thread.currentThread().getName());
		}

		private String failEverySecondTime() {
			int number = this.calls.size() + 1;
			call("attempt");
			if (number % 2 == 1) {
				throw new IllegalStateException("attempt " + number);
			}
			return "attempt " + number;
		}

		private String call(String name) {
			this.calls.add(name);
			return name;
		}

	}

}
