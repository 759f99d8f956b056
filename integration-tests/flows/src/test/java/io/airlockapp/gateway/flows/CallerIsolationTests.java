/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.RequesterSource;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.autoconfigure.AirlockActuatorAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockConsentAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockDndAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockSecurityAutoConfiguration;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the isolation of callers: whoever may read the health, or call one guarded
 * method, cannot stop the approvals of others.
 */
class CallerIsolationTests extends SimulatorTests {

	private final LiveThreads threads = new LiveThreads();

	private final ApplicationContextRunner contextRunner = runner(Application.class)
		.withConfiguration(AutoConfigurations.of(AirlockConsentAutoConfiguration.class,
				AirlockDndAutoConfiguration.class, AirlockActuatorAutoConfiguration.class))
		.withPropertyValues("airlock.gateway.approval.timeout=10s");

	@Test
	void anApprovalRunsAfterAFloodOfHealthChecks() {
		approveAll();
		run(this.contextRunner, Service.class, (service, context) -> {
			service.pay("A-16");
			HealthIndicator health = context.getBean(HealthIndicator.class);
			for (int i = 0; i < 100; i++) {
				assertThat(health.health(true).getStatus()).isEqualTo(Status.UP);
			}
			service.pay("A-17");
			assertThat(service.ran()).containsExactly("A-16", "A-17");
			assertThat(this.simulator.requests(SimulatorCall.ECHO).size()
					+ this.simulator.requests(SimulatorCall.CONSENT_CHECK).size()
					+ this.simulator.requests(SimulatorCall.CONSENT_STATUS).size())
				.isLessThanOrEqualTo(3);
		});
	}

	@Test
	void callsThatAreNotAdmittedGetNoThread() {
		this.simulator.failNext(SimulatorCall.DND_POLICIES, 10, SimulatedFault.delay(Duration.ofSeconds(5)));
		run(this.contextRunner.withPropertyValues("airlock.gateway.approval.max-pending=1"), Service.class,
				(service, context) -> {
					List<CompletableFuture<String>> results = new ArrayList<>();
					for (int i = 0; i < 50; i++) {
						results.add(service.payLater("A-" + i));
					}
					// One that waits, and one that asks for the policies
					assertThat(this.threads.named("airlock-approval-")).hasSizeLessThanOrEqualTo(2);
					assertThat(results.stream().filter(CompletableFuture::isCompletedExceptionally)).hasSize(49);
					assertThat(context.getBean(Outcomes.class).failures()).hasSize(49)
						.allSatisfy((failure) -> assertThat(failure).isInstanceOf(ApprovalUnavailableException.class)
							.hasMessageContaining("'airlock.gateway.approval."));
					results.get(0).cancel(true);
					await().untilAsserted(() -> assertThat(this.threads.named("airlock-approval-")).isEmpty());
					approveAll();
					assertThat(service.payLater("A-50")).succeedsWithin(MAX_WAIT).isEqualTo("paid A-50");
				});
	}

	@Test
	void approvalsInTheBackgroundGetNoThreadEither() {
		run(this.contextRunner.withPropertyValues("airlock.gateway.approval.max-pending=1"),
				AirlockGatewayTemplate.class, (template, context) -> {
					ApprovalRequest request = ApprovalRequest.builder("Pay out", "payOut").build();
					CompletableFuture<?> first = template.requestApprovalAsync(request);
					assertThat(template.requestApprovalAsync(request)).isCompletedExceptionally();
					assertThat(context.getBean(Outcomes.class).failures()).singleElement()
						.isInstanceOf(ApprovalUnavailableException.class);
					this.simulator.awaitPending();
					first.cancel(true);
					await().until(() -> this.simulator.pending().isEmpty());
					this.simulator.decideAutomatically((each) -> SimulatedDecision.approve());
					await().untilAsserted(() -> assertThat(template.requestApproval(request).isApproved()).isTrue());
				});
	}

	@Test
	void callsThatAreCancelledDelayOthersBySeconds() {
		run(this.contextRunner, Service.class, (service) -> {
			for (int i = 0; i < 45; i++) {
				CompletableFuture<String> future = service.payLater("A-" + i);
				await().pollDelay(Duration.ofMillis(40)).until(() -> true);
				future.cancel(true);
			}
			approveAll();
			assertThat(service.refundLater("A-45")).succeedsWithin(Duration.ofSeconds(20));
			assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSizeLessThan(15);
			// What was not sent is not withdrawn
			assertThat(this.simulator.requests(SimulatorCall.WITHDRAW)).hasSizeLessThan(45);
		});
	}

	@Test
	void oneMethodCannotKeepTheOthersOut() {
		run(this.contextRunner.withPropertyValues("airlock.gateway.approval.max-pending=3"), Service.class,
				(service) -> {
					service.payLater("A-1");
					service.payLater("A-2");
					assertThat(service.payLater("A-3")).failsWithin(MAX_WAIT)
						.withThrowableThat()
						.withMessageContainingAll("Service.payLater",
								"'airlock.gateway.approval.limits.pending-per-gate'");
					service.refundLater("A-4");
					assertThat(this.simulator.awaitPending(3, MAX_WAIT)).hasSize(3);
				});
	}

	@Test
	void aCallThatNeedsNoApprovalRunsWhileAllPlacesAreTaken() {
		run(this.contextRunner.withPropertyValues("airlock.gateway.approval.max-pending=1"), Service.class,
				(service) -> {
					CompletableFuture<String> first = service.payLater("A-1");
					this.simulator.awaitPending();
					assertThat(service.payMuchLater(5)).succeedsWithin(MAX_WAIT).isEqualTo("paid 5");
					assertFails(service.payMuchLater(500), ApprovalUnavailableException.class);
					assertThat(first).isNotDone();
				});
	}

	@Test
	void equalCallsAboveLimitAreRefused() {
		run(this.contextRunner, Service.class, (service, context) -> {
			List<CompletableFuture<String>> results = new ArrayList<>();
			for (int i = 0; i < 10; i++) {
				results.add(service.payLater("A-1"));
			}
			service.payLater("A-2");
			this.simulator.awaitPending(3, MAX_WAIT);
			await().untilAsserted(
					() -> assertThat(results.stream().filter(CompletableFuture::isCompletedExceptionally)).hasSize(8));
			assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(3);
			assertThat(context.getBean(Outcomes.class).failures()).hasSize(8)
				.allSatisfy((failure) -> assertThat(failure)
					.hasMessageContaining("'airlock.gateway.approval.limits.duplicates")
					.hasMessageNotContaining("A-1"));
		});
	}

	@Test
	void equalSubscriptionsAreRefused() {
		run(this.contextRunner.withPropertyValues("airlock.gateway.approval.limits.duplicates=refuse"), Service.class,
				(service) -> {
					Mono<String> payment = service.paySubscribed("A-1");
					CompletableFuture<String> first = payment.toFuture();
					String requestId = this.simulator.awaitPending().requestId();
					assertThatExceptionOfType(ApprovalUnavailableException.class)
						.isThrownBy(() -> payment.block(MAX_WAIT))
						.withMessageContaining("'airlock.gateway.approval.limits.duplicates");
					this.simulator.approve(requestId);
					assertThat(first).succeedsWithin(MAX_WAIT).isEqualTo("paid A-1");
					approveAll();
					assertThat(payment.block(MAX_WAIT)).isEqualTo("paid A-1");
				});
	}

	@Test
	void oneUserCannotKeepTheOthersOut() {
		run(perRequester(), Service.class, (service, context) -> {
			login(user("mallory"));
			service.payLater("A-1");
			assertThat(service.payLater("A-2")).isCompletedExceptionally();
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> service.pay("A-2"))
				.withMessageContaining("'airlock.gateway.approval.limits.pending-per-requester'")
				.withMessageNotContaining("mallory");
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> context.getBean(AirlockGatewayTemplate.class)
					.requestApproval(ApprovalRequest.builder("Pay out", "payOut").build()));
			login(user("alice"));
			service.payLater("A-3");
			login(new AnonymousAuthenticationToken("key", "anonymous", AuthorityUtils.createAuthorityList("NONE")));
			service.payLater("A-4");
			service.payLater("A-5");
			SecurityContextHolder.clearContext();
			service.payLater("A-6");
			assertThat(this.simulator.awaitPending(5, MAX_WAIT)).hasSize(5);
		});
	}

	@Test
	void oneSubscriberCannotKeepTheOthersOut() {
		run(perRequester(), Service.class, (service) -> {
			// Whose thread it is doesn't count
			login(user("bob"));
			as("mallory", service.paySubscribed("A-1")).subscribe();
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> as("mallory", service.paySubscribed("A-2")).block(MAX_WAIT))
				.withMessageContaining("'airlock.gateway.approval.limits.pending-per-requester'");
			as("alice", service.paySubscribed("A-3")).subscribe();
			assertThat(this.simulator.awaitPending(2, MAX_WAIT)).hasSize(2);
		});
	}

	@Test
	void requesterSourceOfApplicationDeterminesRequester() {
		AtomicInteger number = new AtomicInteger();
		run(perRequester().withBean(RequesterSource.class, () -> () -> "person-" + number.get()), Service.class,
				(service) -> {
					service.payLater("A-1");
					assertThat(service.payLater("A-2")).isCompletedExceptionally();
					number.incrementAndGet();
					assertThat(service.payLater("A-3")).isNotDone();
				});
	}

	@Test
	void noApprovalIsRequestedWhenRequesterSourceFails() {
		run(perRequester().withBean(RequesterSource.class, () -> () -> {
			throw new IllegalStateException("s3cr3t");
		}), Service.class, (service, context) -> {
			assertThat(service.payLater("A-1")).isCompletedExceptionally();
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> service.pay("A-1"))
				.withMessageContaining("RequesterSource")
				.withMessageNotContaining("s3cr3t");
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> service.paySubscribed("A-1").block(MAX_WAIT));
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> context.getBean(AirlockGatewayTemplate.class)
					.requestApproval(ApprovalRequest.builder("Pay out", "payOut").build()));
			assertThat(context.getBean(Outcomes.class).failures()).hasSize(4);
			assertThat(service.ran()).isEmpty();
			assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).isEmpty();
		});
	}

	@Test
	void methodIsPausedAfterTooManyDenials() {
		rejectAll();
		run(this.contextRunner.withPropertyValues("airlock.gateway.approval.pause.after=3"), Service.class,
				(service) -> {
					for (int i = 0; i < 3; i++) {
						assertThat(service.payLater("A-" + i)).failsWithin(MAX_WAIT);
					}
					approveAll();
					assertThat(service.payLater("A-3")).failsWithin(MAX_WAIT)
						.withThrowableThat()
						.withMessageContainingAll("Service.payLater is paused until ",
								"3 requests were denied, timed out or were cancelled within 5m");
					assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(3);
					assertThat(service.refundLater("A-3")).succeedsWithin(MAX_WAIT);
				});
	}

	private ApplicationContextRunner perRequester() {
		return this.contextRunner.withConfiguration(AutoConfigurations.of(AirlockSecurityAutoConfiguration.class))
			.withPropertyValues("airlock.gateway.approval.limits.pending-per-requester=1");
	}

	private static <T> Mono<T> as(String name, Mono<T> mono) {
		return mono.contextWrite(ReactiveSecurityContextHolder.withAuthentication(user(name)));
	}

	private static Authentication user(String name) {
		return new TestingAuthenticationToken(name, "", "ROLE_USER");
	}

	private static void login(Authentication authentication) {
		SecurityContextHolder.getContext().setAuthentication(authentication);
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Service service() {
			return new Service();
		}

		@Bean
		Outcomes outcomes() {
			return new Outcomes();
		}

	}

	static class Outcomes implements ApprovalListener {

		private final List<ApprovalOutcome> all = new CopyOnWriteArrayList<>();

		@Override
		public Attempt begin(ApprovalRequest request, String artifactType) {
			return this.all::add;
		}

		List<Throwable> failures() {
			return this.all.stream().map(ApprovalOutcome::failure).filter((failure) -> failure != null).toList();
		}

	}

	static class Service {

		private final List<String> ran = new CopyOnWriteArrayList<>();

		List<String> ran() {
			return this.ran;
		}

		@RequiresAirlockApproval("Pay")
		public void pay(String order) {
			this.ran.add(order);
		}

		@RequiresAirlockApproval("Pay")
		public CompletableFuture<String> payLater(String order) {
			return CompletableFuture.completedFuture("paid " + order);
		}

		@RequiresAirlockApproval(value = "Pay much", condition = "#amount > 100")
		public CompletableFuture<String> payMuchLater(int amount) {
			return CompletableFuture.completedFuture("paid " + amount);
		}

		@RequiresAirlockApproval("Pay")
		public Mono<String> paySubscribed(String order) {
			return Mono.fromSupplier(() -> "paid " + order);
		}

		@RequiresAirlockApproval("Refund")
		public CompletableFuture<String> refundLater(String order) {
			return CompletableFuture.completedFuture("refunded " + order);
		}

	}

}
