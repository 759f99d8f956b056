/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.reactivex.rxjava3.core.Single;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.transaction.reactive.TransactionalOperator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Methods that return a publisher are asked about for each subscription, without keeping
 * the subscriber's thread.
 */
class ReactiveMethodsTests extends SimulatorTests {

	private final ApplicationContextRunner contextRunner = runner(Application.class);

	@Test
	void missingPublisherIsNoSuccess() {
		approveAll();
		run(this.contextRunner, Payouts.class, (payouts) -> {
			for (Publisher<?> result : List.<Publisher<?>>of(payouts.none(), payouts.noStatements())) {
				assertThatExceptionOfType(IllegalStateException.class)
					.isThrownBy(() -> Flux.from(result).blockLast(MAX_WAIT))
					.withMessageContaining("returned null in place of a publisher");
			}
		});
	}

	@Test
	void subscriptionRequestsApproval() {
		run(this.contextRunner, Payouts.class, (payouts) -> {
			Mono<String> result = payouts.payOut("order-1");
			assertThat(this.simulator.requests()).isEmpty();
			CompletableFuture<String> subscribed = result.toFuture();
			String requestId = this.simulator.awaitPending().requestId();
			assertThat(subscribed).isNotDone();
			assertThat(payouts.orders()).isEmpty();
			this.simulator.approve(requestId);
			assertThat(subscribed).succeedsWithin(MAX_WAIT).isEqualTo("paid order-1");
			assertThat(payouts.orders()).containsExactly("order-1");
		});
	}

	@Test
	void eachSubscriptionRequestsItsOwnApproval() {
		run(this.contextRunner, Payouts.class, (payouts) -> {
			Mono<String> result = payouts.payOut("order-1");
			CompletableFuture<String> first = result.toFuture();
			String firstId = this.simulator.awaitPending().requestId();
			this.simulator.approve(firstId);
			assertThat(first).succeedsWithin(MAX_WAIT);
			CompletableFuture<String> second = result.toFuture();
			rejectNext();
			assertFails(second, ApprovalDeniedException.class);
			assertThat(payouts.orders()).containsExactly("order-1");
			assertThat(this.simulator.history()).hasSize(2);
		});
	}

	@Test
	void fluxWhenApprovedReturnsElements() {
		approveAll();
		this.contextRunner.run((context) -> {
			assertThat(context.getBean(Payouts.class).statements("order-1").collectList().block(MAX_WAIT))
				.containsExactly("order-1 a", "order-1 b");
			assertThat(this.simulator.history()).hasSize(1);
		});
	}

	@Test
	void emptyMonoWhenApprovedCompletes() {
		approveAll();
		run(this.contextRunner, Payouts.class, (payouts) -> {
			payouts.nothing("order-1").block(MAX_WAIT);
			assertThat(payouts.orders()).containsExactly("order-1");
		});
	}

	@Test
	void otherReactiveTypesRequestApproval() {
		approveAll();
		run(this.contextRunner, Payouts.class, (payouts) -> {
			assertThat(payouts.single("order-1").blockingGet()).isEqualTo("paid order-1");
			assertThat(JdkFlowAdapter.flowPublisherToFlux(payouts.flow("order-2")).blockLast(MAX_WAIT))
				.isEqualTo("paid order-2");
			assertThat(this.simulator.history()).hasSize(2);
		});
	}

	@Test
	void exceptionOfMethodFailsPublisher() {
		approveAll();
		this.contextRunner.run((context) -> assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> context.getBean(Payouts.class).failing().block(MAX_WAIT))
			.withMessage("at once"));
	}

	@Test
	void cancellingWithdrawsTheRequest() {
		run(this.contextRunner, Payouts.class, (payouts) -> {
			Disposable subscription = payouts.payOut("order-1").subscribe();
			this.simulator.awaitPending();
			subscription.dispose();
			await().untilAsserted(() -> assertThat(this.simulator.history()).singleElement()
				.extracting(HandledRequest::outcome)
				.isEqualTo(HandledRequest.Outcome.WITHDRAWN));
			assertThat(payouts.orders()).isEmpty();
		});
	}

	@Test
	void argumentThatIsChangedMeanwhileKeepsTheMethodFromRunning() {
		run(this.contextRunner, Payouts.class, (payouts) -> {
			List<String> orders = new CopyOnWriteArrayList<>(List.of("order-1"));
			CompletableFuture<String> result = payouts.all(orders).toFuture();
			String requestId = this.simulator.awaitPending().requestId();
			orders.add("order-2");
			this.simulator.approve(requestId);
			assertFails(result, ApprovalVerificationException.class);
			assertThat(payouts.orders()).isEmpty();
		});
	}

	@Test
	void methodSeesTheSubscribersContext() {
		approveAll();
		this.contextRunner.run((context) -> {
			Mono<String> result = context.getBean(Payouts.class)
				.user()
				.contextWrite(
						ReactiveSecurityContextHolder.withAuthentication(new TestingAuthenticationToken("teller", "")));
			assertThat(result.block(MAX_WAIT)).isEqualTo("teller");
		});
	}

	@Test
	void refusesInsideTheSubscribersTransaction() {
		approveAll();
		run(this.contextRunner, Payouts.class, (payouts, context) -> {
			TransactionalOperator transaction = TransactionalOperator.create(context.getBean(Transactions.class));
			assertThatExceptionOfType(InvalidApprovalUsageException.class)
				.isThrownBy(() -> transaction.transactional(payouts.payOut("order-1")).block(MAX_WAIT))
				.withMessageContaining("open transaction");
			assertThat(this.simulator.requests()).isEmpty();
			assertThat(payouts.orders()).isEmpty();
		});
	}

	@Test
	void refusesInsideTheTransactionOfTheThreadThatSubscribes() {
		org.springframework.transaction.support.TransactionSynchronizationManager.setActualTransactionActive(true);
		try {
			this.contextRunner.run((context) -> assertThatExceptionOfType(InvalidApprovalUsageException.class)
				.isThrownBy(() -> context.getBean(Payouts.class).payOut("order-1").block(MAX_WAIT))
				.withMessageContaining("open transaction"));
		}
		finally {
			org.springframework.transaction.support.TransactionSynchronizationManager.setActualTransactionActive(false);
		}
	}

	@Test
	void opensTheTransactionOnlyAfterTheApproval() {
		this.contextRunner.run((context) -> {
			CompletableFuture<Boolean> result = context.getBean(Payouts.class).inTransaction().toFuture();
			String requestId = this.simulator.awaitPending().requestId();
			Transactions transactions = context.getBean(Transactions.class);
			assertThat(transactions.events()).isEmpty();
			this.simulator.approve(requestId);
			assertThat(result).succeedsWithin(MAX_WAIT).isEqualTo(true);
			assertThat(transactions.events()).containsExactly("begin", "commit");
		});
	}

	@Test
	void methodThatWaitsIsRefusedInAnEventLoop() {
		Scheduler eventLoop = Schedulers.newSingle("event-loop");
		try {
			run(this.contextRunner, Payouts.class, (payouts) -> {
				assertThatExceptionOfType(InvalidApprovalUsageException.class)
					.isThrownBy(
							() -> Mono.fromCallable(() -> payouts.waiting("order-1")).subscribeOn(eventLoop).block())
					.withMessageContaining("event loop");
				assertThat(this.simulator.requests()).isEmpty();
				assertThat(payouts.orders()).isEmpty();
			});
		}
		finally {
			eventLoop.dispose();
		}
	}

	@Test
	void denialHandlerReturnsValueOrPublisher() {
		rejectAll();
		run(this.contextRunner.withBean(ApprovalDenialHandler.class,
				() -> (invocation, denial) -> invocation.getMethod().getReturnType() == Flux.class
						? Flux.just("denied", "twice") : "denied"),
				Payouts.class, (payouts) -> {
					assertThat(payouts.payOut("order-1").block(MAX_WAIT)).isEqualTo("denied");
					assertThat(payouts.single("order-1").blockingGet()).isEqualTo("denied");
					assertThat(payouts.statements("order-1").collectList().block(MAX_WAIT)).containsExactly("denied",
							"twice");
					assertThat(payouts.orders()).isEmpty();
				});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	static class Application {

		@Bean
		Payouts payouts() {
			return new Payouts();
		}

		@Bean
		Transactions transactions() {
			return new Transactions();
		}

	}

	static class Payouts {

		private final List<String> orders = new CopyOnWriteArrayList<>();

		List<String> orders() {
			return this.orders;
		}

		@RequiresAirlockApproval("Pay out")
		public Mono<String> payOut(String order) {
			return Mono.fromSupplier(() -> pay(order));
		}

		@RequiresAirlockApproval("Pay out")
		public String waiting(String order) {
			return pay(order);
		}

		private String pay(String order) {
			this.orders.add(order);
			return "paid " + order;
		}

		@RequiresAirlockApproval("Pay out")
		public Mono<Void> nothing(String order) {
			return Mono.fromRunnable(() -> this.orders.add(order));
		}

		@RequiresAirlockApproval("Pay out")
		public Single<String> single(String order) {
			return Single.fromCallable(() -> pay(order));
		}

		@RequiresAirlockApproval("Pay out")
		public Flow.Publisher<String> flow(String order) {
			return JdkFlowAdapter.publisherToFlowPublisher(Flux.just(pay(order)));
		}

		@RequiresAirlockApproval("Pay out")
		public Mono<String> none() {
			return null;
		}

		@RequiresAirlockApproval("Pay out")
		public Flux<String> noStatements() {
			return null;
		}

		@RequiresAirlockApproval("Pay out")
		public Flux<String> statements(String order) {
			return Flux.just(order + " a", order + " b");
		}

		@RequiresAirlockApproval("Pay out")
		public Mono<String> failing() {
			throw new IllegalStateException("at once");
		}

		@RequiresAirlockApproval("Pay out")
		public Mono<String> all(List<String> all) {
			return Mono.fromSupplier(() -> {
				this.orders.addAll(all);
				return "done";
			});
		}

		@RequiresAirlockApproval("Pay out")
		public Mono<String> user() {
			return ReactiveSecurityContextHolder.getContext().map((context) -> context.getAuthentication().getName());
		}

		@Transactional
		@RequiresAirlockApproval("Pay out")
		public Mono<Boolean> inTransaction() {
			return TransactionSynchronizationManager.forCurrentTransaction()
				.map(TransactionSynchronizationManager::isActualTransactionActive);
		}

	}

}
