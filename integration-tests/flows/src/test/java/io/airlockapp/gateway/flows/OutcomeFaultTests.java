/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalSettings;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.ApprovalGateDecorator;
import io.airlockapp.gateway.approval.RequesterSource;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.AirlockGatewayRestClientCustomizer;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.exchange.ApprovalDependencies;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.InMemoryReplayJournal;
import io.airlockapp.gateway.harp.ReplayJournal;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.BeanUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.http.client.ClientHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for approvals during races, shutdowns and shortages.
 */
@Tag("slow")
class OutcomeFaultTests extends FaultTests {

	private static final ApprovalRequest REQUEST = ApprovalRequest.builder("Pay out", "payOut").build();

	@Test
	void row28_deniesALateApproval() {
		assertDeniedAsLate((time) -> time.advance(Duration.ofSeconds(60)));
	}

	@Test
	void row28_measuresTheDeadlineInElapsedTimeIfTheClockIsSetBack() {
		assertDeniedAsLate((time) -> {
			time.set(Duration.ofDays(-1));
			time.advance(Duration.ofSeconds(60));
		});
	}

	@Test
	void row28_deniesIfTheClockIsSetForwardBeyondTheDecisionsExpiry() {
		assertDeniedAsLate((time) -> time.set(Duration.ofHours(8)));
	}

	@Test
	void row28_deniesIfMachineWasSuspendedAndDecisionHasNoExpiry() {
		this.simulator.tamperDecisions((envelope) -> {
			envelope.remove("expiresAt");
			return envelope;
		});
		// Elapsed time stands still while a machine is suspended
		assertDeniedAsLate((time) -> time.set(Duration.ofHours(8)));
	}

	private void assertDeniedAsLate(Consumer<Time> passing) {
		Time time = startInManualTime();
		CompletableFuture<Void> call = this.application.call();
		String requestId = this.simulator.awaitPending().requestId();
		this.simulator.failNext(SimulatorCall.WITHDRAW, SimulatedFault.delay(Duration.ofSeconds(1)));
		passing.accept(time);
		this.simulator.approve(requestId);
		assertTooLate(call);
	}

	private void assertTooLate(CompletableFuture<Void> call) {
		assertThat(this.application.assertDenied(call)).isInstanceOf(ApprovalTimeoutException.class)
			.hasMessageContaining("too late");
	}

	@Test
	void row28_toleratesAClockThatIsALittleWrong() {
		Time time = startInManualTime();
		CompletableFuture<Void> call = this.application.call();
		String requestId = this.simulator.awaitPending().requestId();
		time.set(Duration.ofSeconds(79));
		this.simulator.approve(requestId);
		this.application.assertRuns(call);
	}

	@Test
	void row28_endsTheWaitIfTheTimeOfDayIsPastTheExpiry() {
		Time time = startInManualTime();
		CompletableFuture<Void> call = this.application.call();
		this.simulator.awaitPending();
		time.set(Duration.ofSeconds(81));
		assertThat(this.application.assertDenied(call)).isInstanceOf(ApprovalTimeoutException.class)
			.hasMessageContaining("it was withdrawn");
	}

	@Test
	void row30_honoursAnApprovalThatWinsTheRaceAgainstTheWithdrawal() {
		this.application.assertRuns(approveDuringTheWithdrawal(Duration.ofMillis(18_500)));
	}

	@Test
	void row30_reportsAnApprovalThatWinsTheRaceTooLate() {
		assertTooLate(approveDuringTheWithdrawal(Duration.ofMillis(20_500)));
	}

	private CompletableFuture<Void> approveDuringTheWithdrawal(Duration after) {
		Time time = startInManualTime();
		CompletableFuture<Void> call = this.application.call();
		String requestId = this.simulator.awaitPending().requestId();
		this.simulator.failNext(SimulatorCall.WITHDRAW, SimulatedFault.delay(Duration.ofSeconds(1)));
		time.advance(after);
		await().until(() -> !this.simulator.requests(SimulatorCall.WITHDRAW).isEmpty());
		this.simulator.approve(requestId);
		return call;
	}

	@Test
	void row30_endsEveryRaceInOneOutcome() {
		start("airlock.gateway.approval.timeout=1s", "airlock.gateway.approval.poll-timeout=1s");
		List<CompletableFuture<Void>> calls = this.application.calls(30);
		// The decisions fall on both sides of the withdrawals
		this.simulator.decideAutomatically((request) -> {
			LockSupport.parkUntil(request.expiresAt().toEpochMilli() - request.requestId().hashCode() % 150);
			return SimulatedDecision.approve();
		});
		long run = calls.stream().filter((call) -> PayoutApplication.outcome(call) == null).count();
		long approved = this.simulator.history()
			.stream()
			.filter((request) -> request.outcome() == HandledRequest.Outcome.APPROVED)
			.count();
		long late = calls.stream()
			.map(PayoutApplication::outcome)
			.filter((failure) -> failure != null && failure.getMessage().contains("too late"))
			.count();
		assertThat(this.application.payouts().orders()).doesNotHaveDuplicates().hasSize((int) run);
		assertThat(run + late).isEqualTo(approved);
	}

	@Test
	void row30_checksAnApprovalAgainIfTheJournalOfNoncesFails() {
		startApproving();
		AtomicInteger uses = new AtomicInteger();
		ReplayJournal journal = (key, nonce, requestId) -> {
			if (uses.incrementAndGet() < 4) {
				throw new IllegalStateException("No connection");
			}
			return true;
		};
		AirlockGatewayTemplate template = template(new SimpleAsyncTaskExecutor(), journal,
				this.application.bean(PairingSource.class));
		assertThat(template.requestApproval(REQUEST).isApproved()).isTrue();
		assertThat(uses).hasValue(4);
	}

	@Test
	void row30_checksAnApprovalAgainIfThePairingCannotBeRead() {
		startApproving();
		AtomicInteger readings = new AtomicInteger();
		PairingSource pairings = this.application.bean(PairingSource.class);
		AirlockGatewayTemplate template = template(new SimpleAsyncTaskExecutor(), new InMemoryReplayJournal(),
				(name) -> {
					// The fourth is for the verification, and the fifth after the journal
					int reading = readings.incrementAndGet();
					if (reading == 2 || reading == 3 || reading == 5) {
						throw new IllegalStateException("No connection");
					}
					return pairings.getPairing(name);
				});
		assertThat(template.requestApproval(REQUEST).isApproved()).isTrue();
		assertThat(readings).hasValue(6);
	}

	@Test
	void row31_deniesIfAnArgumentWasChangedAfterHashing() {
		start();
		List<String> orders = new ArrayList<>(List.of("order-1"));
		PayoutApplication.Payouts payouts = this.application.payouts();
		CompletableFuture<Void> call = CompletableFuture.runAsync(() -> payouts.payOutAll(orders));
		String requestId = this.simulator.awaitPending().requestId();
		orders.add("order-2");
		this.simulator.approve(requestId);
		assertThat(this.application.assertDenied(call)).isInstanceOf(ApprovalVerificationException.class);
	}

	@Test
	void row32_withdrawsAndKeepsTheInterruptIfTheCallerIsInterrupted() {
		start();
		InterruptibleCall call = startCall();
		this.simulator.awaitPending();
		call.interrupt();
		assertThat(call.failure()).isInstanceOf(ApprovalUnavailableException.class);
		assertThat(call.isInterrupted()).isTrue();
		assertThat(this.simulator.pending()).isEmpty();
		assertThat(this.application.payouts().orders()).isEmpty();
	}

	@Test
	void row33_withdrawsAndDeniesAtShutdown() {
		start();
		PayoutApplication.Payouts payouts = this.application.payouts();
		List<CompletableFuture<Void>> calls = this.application.calls(50);
		this.simulator.awaitPending(50, Duration.ofSeconds(20));
		this.application.close();
		assertThat(this.simulator.pending()).isEmpty();
		assertThat(calls).allSatisfy(
				(call) -> assertThat(PayoutApplication.outcome(call)).isInstanceOf(ApprovalUnavailableException.class)
					.hasMessageContaining("shutting down"));
		assertThat(payouts.orders()).isEmpty();
	}

	@Test
	void row33_shutdownTimeIsLimitedIfGatewayIsUnavailable() {
		start("airlock.gateway.approval.shutdown-timeout=500ms", "airlock.gateway.read-timeout=500ms");
		PayoutApplication.Payouts payouts = this.application.payouts();
		CompletableFuture<Void> call = this.application.call();
		this.simulator.awaitPending();
		this.network.failAll("/withdraw", FaultProxy.Fault.blackHole());
		this.application.close();
		assertThat(PayoutApplication.outcome(call)).isInstanceOf(ApprovalUnavailableException.class);
		assertThat(payouts.orders()).isEmpty();
	}

	@Test
	void row34_runsNothingByItselfAfterARestart() {
		start("airlock.gateway.approval.shutdown-timeout=1ms", "airlock.gateway.read-timeout=500ms");
		PayoutApplication.Payouts payouts = this.application.payouts();
		CompletableFuture<Void> abandoned = this.application.call();
		String requestId = this.simulator.awaitPending().requestId();
		this.network.goDown();
		this.application.close();
		// What is left of it must not withdraw once the network is back
		PayoutApplication.outcome(abandoned);
		this.simulator.approve(requestId);
		int before = this.simulator.requests().size();
		this.network.comeUp();
		start();
		// The new process does nothing before it is called, and then asks anew
		CompletableFuture<Void> call = this.application.call("order-2");
		assertThat(this.simulator.awaitPending().requestId()).isNotEqualTo(requestId);
		assertThat(this.simulator.requests().subList(before, this.simulator.requests().size()))
			.noneMatch((request) -> request.path().contains(requestId) || request.body().contains(requestId));
		assertThat(payouts.orders()).isEmpty();
		assertThat(this.application.payouts().orders()).isEmpty();
		rejectNext();
		this.application.assertDenied(call);
	}

	@Test
	void row35_runsTheMethodEvenIfTheDecisionCannotBeAcknowledged() {
		startApproving();
		this.simulator.failNext(SimulatorCall.ACKNOWLEDGE, 10, SimulatedFault.status(503));
		this.application.callAndAssertRun();
		await().until(() -> this.simulator.requests(SimulatorCall.ACKNOWLEDGE).size() == 3);
		await().during(Duration.ofMillis(300))
			.until(() -> this.simulator.requests(SimulatorCall.ACKNOWLEDGE).size() == 3);
	}

	@ParameterizedTest
	@ValueSource(classes = { StackOverflowError.class, OutOfMemoryError.class, NoClassDefFoundError.class })
	void row36_deniesIfAnErrorIsThrownInTheGate(Class<? extends Error> type) {
		BrokenGate.error = type;
		this.application.startWith(BrokenGate.class, this.network.baseUrl(), this.simulator);
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class)
			.hasCauseInstanceOf(type);
	}

	@Test
	void row36_deniesIfAnErrorIsThrownByTheGateway() {
		this.application.startWith(BrokenGateway.class, this.network.baseUrl(), this.simulator);
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class)
			.hasCauseInstanceOf(StackOverflowError.class);
	}

	/**
	 * The request has left when its response cannot be read.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void row36_deniesAtOnceAndWithdrawsIfAnErrorIsThrownAtTheSubmission(boolean sent) {
		startWithBrokenParts((path) -> path.endsWith("/artifacts"), 1, sent);
		Throwable failure = this.application.callAndAssertDenied();
		assertThat(failure).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContainingAll("java.lang.NoSuchMethodError: treeToValue", "check its dependencies")
			.hasRootCause(BrokenParts.ERROR);
		assertThat(((ApprovalUnavailableException) failure).getRequestId()).isNotNull();
		assertThat(this.simulator.requests(SimulatorCall.WITHDRAW)).hasSizeBetween(1, sent ? 1 : 3);
		assertThat(this.application.bean(PendingApprovals.class).list()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void row36_honoursAnApprovalAfterErrorsWhileItWasWaitedFor(boolean sent) {
		startWithBrokenParts((path) -> path.contains("/wait"), 2, sent);
		approveAll();
		this.application.callAndAssertRun();
		assertThat(BrokenParts.failures).hasValue(0);
	}

	@Test
	void row36_runsTheMethodIfAnErrorIsThrownAtTheAcknowledgement() {
		startWithBrokenParts((path) -> path.endsWith("/acks"), 1000, false);
		approveAll();
		this.application.callAndAssertRun();
		await().until(() -> BrokenParts.failures.get() < 1000);
	}

	@Test
	void row36_honoursAnApprovalAlthoughListenersAndTheReplayJournalThrowErrors() {
		startWithBrokenParts((path) -> path.equals("listener") || path.equals("replay"), 4, false);
		approveAll();
		this.application.callAndAssertRun();
		// The listener at the beginning, and the journal until it works again
		assertThat(BrokenParts.failures).hasValue(0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "open", "claim", "requester", "decorator" })
	void row36_deniesIfAnErrorIsThrownByABean(String part) {
		startWithBrokenParts(part::equals, 1, false);
		approveAll();
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class)
			.hasCause(BrokenParts.ERROR);
		assertThat(this.application.bean(PendingApprovals.class).list()).isEmpty();
		this.application.callAndAssertRun();
	}

	@Test
	void row36_deniesIfDenyingPolicyCannotBeRead() {
		startWithBrokenParts((path) -> path.contains("/policy/"), 1, false);
		approveAll();
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining("a do-not-disturb policy may deny the call")
			.hasRootCause(BrokenParts.ERROR);
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).isEmpty();
	}

	private void startWithBrokenParts(Predicate<String> broken, int failures, boolean afterwards) {
		BrokenParts.broken = broken;
		BrokenParts.failures.set(failures);
		BrokenParts.afterwards = afterwards;
		this.application.startWith(BrokenParts.class, this.network.baseUrl(), this.simulator);
	}

	@Test
	void row37_deniesIfNoThreadIsFreeAndSurvives() {
		startApproving();
		RejectingExecutor executor = new RejectingExecutor();
		AirlockGatewayTemplate template = template(executor);
		executor.rejecting = true;
		assertFails(template.requestApprovalAsync(REQUEST), ApprovalUnavailableException.class);
		assertThat(this.simulator.history()).isEmpty();
		// An approval is honoured although nothing can acknowledge it
		assertThat(template.requestApproval(REQUEST).isApproved()).isTrue();
		executor.rejecting = false;
		assertThat(template.requestApprovalAsync(REQUEST)).succeedsWithin(Duration.ofSeconds(10))
			.matches((decision) -> decision.isApproved());
	}

	@Test
	void row38_wakesAThousandCallersWithBoundedThreads() {
		int many = 1000;
		this.application.start(this.simulator, "airlock.gateway.approval.max-pending=" + many,
				"airlock.gateway.approval.limits.pending-per-gate=" + many, "airlock.gateway.approval.timeout=3m",
				"airlock.gateway.approval.poll-timeout=60s", "airlock.gateway.connect-timeout=30s",
				"airlock.gateway.read-timeout=30s");
		List<CompletableFuture<Void>> calls = this.application.calls(many);
		this.simulator.awaitPending(many, Duration.ofSeconds(60));
		assertThat(this.threads.named("airlock-http-")).hasSizeLessThanOrEqualTo(4);
		assertThat(this.threads.named("airlock-approval-")).isEmpty();
		approveAll();
		assertThat(calls).allSatisfy((call) -> {
			assertThat(PayoutApplication.outcome(call)).isNull();
			// Four at work, besides some that are just ending
			assertThat(this.threads.named("airlock-approval-")).hasSizeLessThanOrEqualTo(16);
		});
		assertThat(this.application.payouts().orders()).doesNotHaveDuplicates().hasSize(many);
		await().atMost(Duration.ofSeconds(60))
			.until(() -> this.simulator.requests(SimulatorCall.ACKNOWLEDGE).size() == many);
	}

	@Test
	void row41_continuesAfterManyFailures() {
		start();
		AirlockGatewayTemplate template = template(new SimpleAsyncTaskExecutor());
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, 5, SimulatedFault.status(503));
		approveAll();
		assertThat(template.requestApprovalAsync(REQUEST)).succeedsWithin(Duration.ofSeconds(15))
			.matches((decision) -> decision.isApproved());
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(6);
	}

	private Time startInManualTime() {
		this.application.startWith(ManualTime.class, this.network.baseUrl(), this.simulator,
				"airlock.gateway.approval.poll-timeout=1s");
		return this.application.bean(Time.class);
	}

	private AirlockGatewayTemplate template(AsyncTaskExecutor executor) {
		return template(executor, new InMemoryReplayJournal(), this.application.bean(PairingSource.class));
	}

	private AirlockGatewayTemplate template(AsyncTaskExecutor executor, ReplayJournal journal, PairingSource pairings) {
		return ManualTime
			.dependencies(this.application.bean(Enforcer.class), pairings,
					this.application.bean(PendingApprovals.class), this.application.bean(GatewayRateLimiter.class),
					executor, new Time(), journal)
			.createTemplate(this.application.bean(AirlockGatewayApi.class));
	}

	/**
	 * The two kinds of time.
	 */
	static class Time {

		private final ManualTicker ticker = new ManualTicker();

		private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

		void advance(Duration duration) {
			this.ticker.advance(duration);
		}

		/**
		 * Set the time of day forward, or back.
		 */
		void set(Duration duration) {
			this.now.updateAndGet((now) -> now.plus(duration));
		}

		InstantSource clock() {
			return this.now::get;
		}

	}

	/**
	 * Approvals last 20 seconds of manual time.
	 */
	@Configuration(proxyBeanMethods = false)
	static class ManualTime {

		@Bean
		Time time() {
			return new Time();
		}

		@Bean
		ApprovalDependencies airlockApprovalDependencies(Enforcer enforcer, PairingSource pairing,
				PendingApprovals pending, GatewayRateLimiter rateLimiter, Time time) {
			return dependencies(enforcer, pairing, pending, rateLimiter, new SimpleAsyncTaskExecutor(), time,
					new InMemoryReplayJournal());
		}

		private static ApprovalDependencies dependencies(Enforcer enforcer, PairingSource pairing,
				PendingApprovals pending, GatewayRateLimiter rateLimiter, AsyncTaskExecutor executor, Time time,
				ReplayJournal journal) {
			return new ApprovalDependencies(enforcer,
					new ApprovalSettings(Duration.ofSeconds(20), Duration.ofSeconds(1), "command.review"), pairing,
					new DecisionVerifier(EnumSet.allOf(SignatureForm.class), journal, time.clock()), pending,
					new GatewayRequestExecutor(rateLimiter), ApprovalJournal.none(), ApprovalListener.of(List.of()),
					executor, (task) -> task, () -> null, time.clock(), time.ticker, RandomGenerator.getDefault(),
					ApproverGroups.none());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BrokenGate {

		private static Class<? extends Error> error;

		@Bean
		ApprovalGate gate() {
			return (call) -> {
				throw BeanUtils.instantiateClass(error);
			};
		}

	}

	/**
	 * Beans that throw an error a number of times: the HTTP client by the path of the
	 * request, all others by their name.
	 */
	@Configuration(proxyBeanMethods = false)
	static class BrokenParts {

		private static final Error ERROR = new NoSuchMethodError("treeToValue");

		private static final AtomicInteger failures = new AtomicInteger();

		private static Predicate<String> broken;

		private static boolean afterwards;

		private static void use(String part) {
			if (broken.test(part) && failures.getAndUpdate((left) -> Math.max(0, left - 1)) > 0) {
				throw ERROR;
			}
		}

		@Bean
		AirlockGatewayRestClientCustomizer client() {
			return (builder) -> builder.requestInterceptor((request, body, execution) -> {
				String path = request.getURI().getPath();
				if (!afterwards) {
					use(path);
				}
				ClientHttpResponse response = execution.execute(request, body);
				if (afterwards) {
					use(path);
				}
				return response;
			});
		}

		@Bean
		ApprovalListener listener() {
			return (request, artifactType) -> {
				use("listener");
				return (outcome) -> use("listener");
			};
		}

		@Bean
		ReplayJournal replayJournal() {
			ReplayJournal journal = new InMemoryReplayJournal();
			return (key, nonce, requestId) -> {
				use("replay");
				return journal.use(key, nonce, requestId);
			};
		}

		@Bean
		ApprovalJournal journal() {
			return new ApprovalJournal() {

				@Override
				public void open(String requestId, Instant expiresAt) {
					use("open");
				}

				@Override
				public boolean claim(String requestId) {
					use("claim");
					return true;
				}

			};
		}

		@Bean
		RequesterSource requesterSource() {
			return () -> {
				use("requester");
				return "ann";
			};
		}

		@Bean
		ApprovalGateDecorator decorator() {
			return (gate) -> (call) -> {
				gate.authorize(call);
				use("decorator");
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BrokenGateway {

		@Bean
		ApprovalGateDecorator gateway() {
			return (gate) -> (call) -> {
				throw new StackOverflowError();
			};
		}

	}

	static final class RejectingExecutor extends SimpleAsyncTaskExecutor {

		private volatile boolean rejecting;

		@Override
		protected void doExecute(Runnable task) {
			if (this.rejecting) {
				throw new TaskRejectedException("No thread is free");
			}
			super.doExecute(task);
		}

	}

}
