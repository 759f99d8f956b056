/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.ApprovalDeniedByPolicyException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalPendingException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.ApprovalDecidedEvent;
import io.airlockapp.gateway.approval.RequesterSource;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.simulator.SimulatedPolicy;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whole flows of methods that a group of approvers guards.
 */
class GuardedByApproversTests extends SimulatorTests {

	private final SimulatedApprover ann = this.simulator.addApprover("ann");

	private final SimulatedApprover ben = this.simulator.addApprover("ben");

	private final SimulatedApprover cay = this.simulator.addApprover("cay");

	@RegisterExtension
	private final PayoutApplication application = new PayoutApplication();

	@AfterEach
	void stop() {
		this.application.close();
	}

	@Test
	void runsOnceAfterTheApprovalsOfTwo() {
		start();
		CompletableFuture<Void> call = call("order-1");
		await().until(() -> this.simulator.pending().size() == 3);
		approve(this.ben);
		awaitVotes(1);
		assertThat(refunds().orders()).isEmpty();
		approve(this.ann);
		call.join();
		assertThat(refunds().orders()).containsExactly("order-1");
		assertThat(this.simulator).wasAskedAboutOneCall()
			.hasApprovers("refunds")
			.hasQuorum(2)
			.wasSentTo("ann", "ben", "cay")
			.wasApprovedBy("ann", "ben");
		assertThat(this.ann).wasAskedOnce().hasCommandText("Refunds.refund(order=order-1)");
		Approvers application = this.application.bean(Approvers.class);
		assertThat(application.decided).singleElement()
			.satisfies((event) -> assertThat(event.outcome().votes()).extracting(ApprovalVote::pairing)
				.containsExactly("ben", "ann"));
		String id = application.decided.get(0).outcome().requestId();
		assertThat(id).startsWith("call-");
		assertThat(application.journal).containsExactly(id, id);
	}

	@Test
	void doesNotRunIfOneDenies() {
		start();
		CompletableFuture<Void> call = call("order-1");
		approve(this.ann);
		awaitVotes(1);
		this.cay.reject(this.cay.awaitRequest(), "Wrong customer");
		assertThat(failure(call)).isInstanceOfSatisfying(ApprovalDeniedException.class, (ex) -> {
			assertThat(ex.getReason()).isEqualTo("Wrong customer");
			assertThat(ex.getRequestId()).startsWith("call-");
		});
		assertThat(refunds().orders()).isEmpty();
	}

	@Test
	void doesNotRunAfterOneApproval() {
		start("airlock.gateway.approval.timeout=2s");
		CompletableFuture<Void> call = call("order-1");
		approve(this.ann);
		assertThat(failure(call)).isInstanceOf(ApprovalTimeoutException.class);
		assertThat(refunds().orders()).isEmpty();
	}

	@Test
	void quorumRow15ChangedArgumentIsRefused() {
		start();
		List<String> orders = new ArrayList<>(List.of("order-1"));
		CompletableFuture<Void> call = CompletableFuture.runAsync(() -> refunds().refundAll(orders));
		approve(this.ann);
		awaitVotes(1);
		orders.add("order-2");
		approve(this.ben);
		assertThat(failure(call)).isInstanceOf(ApprovalVerificationException.class);
		assertThat(refunds().orders()).isEmpty();
	}

	@Test
	void quorumRow21PolicyThatDeniesSendsNoRequest() {
		startInWorkspace();
		addPolicy(Verdict.REJECT);
		assertThat(failure(call("order-1"))).isInstanceOf(ApprovalDeniedByPolicyException.class);
		assertThat(this.simulator).wasNotAsked();
	}

	@Test
	void quorumRow21PolicyThatApprovesOpensNothing() {
		startInWorkspace();
		addPolicy(Verdict.APPROVE);
		CompletableFuture<Void> call = call("order-1");
		approve(this.ann);
		awaitVotes(1);
		assertThat(refunds().orders()).isEmpty();
		approve(this.cay);
		call.join();
		assertThat(refunds().orders()).containsExactly("order-1");
	}

	@Test
	void quorumRow21PolicyThatApprovesDoesNotReplaceAnotherPerson() {
		startInWorkspace();
		addPolicy(Verdict.APPROVE);
		CompletableFuture<Void> call = call("ann", () -> refunds().refundWithFourEyes("order-1"));
		await().until(() -> this.simulator.pending().size() == 2);
		assertThat(this.simulator.pending().get(0).plaintext().at("/call/requestedBy").stringValue()).isEqualTo("ann");
		approve(this.ben);
		call.join();
		assertThat(this.simulator).wasAskedAboutOneCall().wasSentTo("ben", "cay");
	}

	@Test
	void equalCallIsRefusedWhileOneIsPending() {
		start("airlock.gateway.approval.limits.duplicates=refuse");
		CompletableFuture<Void> call = call("order-1");
		approve(this.ann);
		awaitVotes(1);
		assertThat(failure(call("order-1"))).isInstanceOf(ApprovalPendingException.class);
		approve(this.ben);
		call.join();
		assertThat(refunds().orders()).containsExactly("order-1");
	}

	@Test
	void requesterCannotApprove() {
		start();
		approveAll();
		call(" ANN ", () -> refunds().refundWithFourEyes("order-1")).join();
		assertThat(this.ann).wasNotAsked();
		assertThat(refunds().orders()).containsExactly("order-1");
	}

	@Test
	void unknownRequesterIsDenied() {
		start();
		CompletableFuture<Void> call = call(null, () -> refunds().refundWithFourEyes("order-1"));
		assertThat(failure(call)).isInstanceOf(InvalidApprovalUsageException.class);
		assertThat(this.simulator).wasNotAsked();
		assertThat(this.application.bean(PendingApprovals.class).list()).isEmpty();
	}

	@Test
	void requesterOfAFutureIsThatOfTheCaller() {
		start();
		CompletableFuture<String> result = as("ann", () -> refunds().refundLater("order-1"));
		approve(this.ben);
		assertThat(result.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("order-1");
		assertThat(this.ann).wasNotAsked();
	}

	@Test
	void reactiveMethodRunsAfterTheApprovalsOfTwo() {
		start();
		CompletableFuture<String> result = refunds().refundReactively("order-1").toFuture();
		approve(this.ann);
		awaitVotes(1);
		assertThat(result).isNotDone();
		approve(this.cay);
		assertThat(result.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("order-1");
	}

	@Test
	void cancelledSubscriptionIsWithdrawnFromAll() {
		start();
		CompletableFuture<String> result = refunds().refundReactively("order-1").toFuture();
		await().until(() -> this.simulator.pending().size() == 3);
		result.cancel(true);
		await().until(() -> this.simulator.pending().isEmpty());
		assertThat(this.simulator).wasAskedAboutOneCall().wasWithdrawnFrom("ann", "ben", "cay");
	}

	private void startInWorkspace() {
		start("airlock.gateway.dnd.mode=full", "airlock.gateway.workspace.name=payments");
	}

	private void start(String... properties) {
		this.application.startWith(Approvers.class, this.simulator.baseUrl(), this.simulator, properties);
	}

	private void addPolicy(Verdict verdict) {
		Instant now = Instant.now();
		this.simulator.addPolicy(SimulatedPolicy.forWorkspace("payments", verdict).valid(now, now.plusSeconds(3600)));
	}

	private Refunds refunds() {
		return this.application.bean(Refunds.class);
	}

	private CompletableFuture<Void> call(String order) {
		return CompletableFuture.runAsync(() -> refunds().refund(order)).orTimeout(20, TimeUnit.SECONDS);
	}

	private CompletableFuture<Void> call(@Nullable String requester, Runnable call) {
		return CompletableFuture.runAsync(() -> as(requester, () -> {
			call.run();
			return null;
		})).orTimeout(20, TimeUnit.SECONDS);
	}

	private static <T> T as(@Nullable String requester, Callable<T> call) {
		Approvers.requester.set(requester);
		try {
			return call.call();
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			Approvers.requester.remove();
		}
	}

	private static void approve(SimulatedApprover approver) {
		approver.approve(approver.awaitRequest());
	}

	private void awaitVotes(int votes) {
		await().until(() -> this.simulator.requests(SimulatorCall.ACKNOWLEDGE).size() == votes);
	}

	private static Throwable failure(CompletableFuture<Void> call) {
		try {
			call.join();
			return new AssertionError("The method ran");
		}
		catch (CompletionException ex) {
			return ex.getCause();
		}
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20));
	}

	@Configuration(proxyBeanMethods = false)
	static class Approvers {

		static final ThreadLocal<@Nullable String> requester = new ThreadLocal<>();

		private final List<ApprovalDecidedEvent> decided = new CopyOnWriteArrayList<>();

		private final List<String> journal = new CopyOnWriteArrayList<>();

		@EventListener
		void onDecided(ApprovalDecidedEvent event) {
			this.decided.add(event);
		}

		@Bean
		ApprovalJournal journal() {
			return new ApprovalJournal() {

				@Override
				public void open(String requestId, Instant expiresAt) {
					Approvers.this.journal.add(requestId);
				}

				@Override
				public boolean claim(String requestId) {
					return Approvers.this.journal.add(requestId);
				}

			};
		}

		@Bean
		ApproverGroups approverGroups() {
			List<String> all = List.of("ann", "ben", "cay");
			return new ApproverGroups(
					List.of(new ApproverGroup("refunds", all, 2, null, false, false, List.of()),
							new ApproverGroup("others", all, 1, null, true, false, List.of())),
					new Persons(Map.of("ann", List.of("Ann"), "ben", List.of("Ben"), "cay", List.of("Cay"))));
		}

		@Bean
		RequesterSource requesterSource() {
			return requester::get;
		}

		@Bean
		Refunds refunds() {
			return new Refunds();
		}

	}

	static class Refunds {

		private final List<String> orders = new CopyOnWriteArrayList<>();

		List<String> orders() {
			return this.orders;
		}

		@RequiresAirlockApproval(value = "Refund", approvers = "refunds")
		void refund(String order) {
			this.orders.add(order);
		}

		@RequiresAirlockApproval(value = "Refund all", approvers = "refunds")
		void refundAll(List<String> all) {
			this.orders.addAll(all);
		}

		@RequiresAirlockApproval(value = "Refund", approvers = "others")
		void refundWithFourEyes(String order) {
			this.orders.add(order);
		}

		@RequiresAirlockApproval(value = "Refund", approvers = "others")
		CompletableFuture<String> refundLater(String order) {
			this.orders.add(order);
			return CompletableFuture.completedFuture(order);
		}

		@RequiresAirlockApproval(value = "Refund", approvers = "refunds")
		Mono<String> refundReactively(String order) {
			return Mono.fromSupplier(() -> {
				this.orders.add(order);
				return order;
			});
		}

	}

}
