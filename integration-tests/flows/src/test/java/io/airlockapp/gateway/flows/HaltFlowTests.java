/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalHaltedException;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalDecidedEvent;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.approval.ApprovalGateDecorator;
import io.airlockapp.gateway.approval.ApprovalRequestedEvent;
import io.airlockapp.gateway.approval.RequesterSource;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.autoconfigure.AirlockActuatorAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockObservationAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockPairingAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockStoreAutoConfiguration;
import io.airlockapp.gateway.endpoint.AirlockEndpoint;
import io.airlockapp.gateway.halt.ApprovalHaltEvent;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.halt.HaltState;
import io.airlockapp.gateway.halt.HaltStore;
import io.airlockapp.gateway.health.AirlockGatewayHealthIndicator;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.aop.Advisor;
import org.springframework.aop.support.NameMatchMethodPointcutAdvisor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.context.event.EventListener;
import org.springframework.dao.QueryTimeoutException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the halt by an operator in each phase of a call.
 */
@ExtendWith(OutputCaptureExtension.class)
class HaltFlowTests extends SimulatorTests {

	private static final Principal ANN = () -> "ann";

	@Test
	void waitingCallIsWithdrawn() {
		runner().run((context) -> {
			CompletableFuture<Void> call = call(context);
			this.simulator.awaitPending();
			assertThat(halt(context).getBody()).isEqualTo(Map.of("halted", "this instance only, until it restarts"));
			assertHalted(call);
			assertThat(this.simulator.requests(SimulatorCall.WITHDRAW)).hasSize(1);
			assertThat(this.simulator.undecided()).isEmpty();
		});
	}

	@Test
	void approvalThatIsGivenAfterTheHaltStartsNothing() {
		runner().run((context) -> {
			CompletableFuture<Void> call = call(context);
			String requestId = this.simulator.awaitPending().requestId();
			this.simulator.failNext(SimulatorCall.WITHDRAW, SimulatedFault.delay(Duration.ofSeconds(1)));
			halt(context);
			this.simulator.approve(requestId);
			assertHalted(call);
			assertThat(resume(context).getStatus()).isEqualTo(200);
			assertThat(context.getBean(Payouts.class).paid()).isEmpty();
		});
	}

	@ParameterizedTest
	@EnumSource(Point.class)
	void haltAtAnyPointOfACallPreventsItsStartUntilItIsResumed(Point point) {
		approveAll();
		run(runner(), Points.class, (points, context) -> {
			points.at = point;
			Payouts payouts = context.getBean(Payouts.class);
			assertThatExceptionOfType(ApprovalHaltedException.class).isThrownBy(() -> payouts.pay(500))
				.satisfies((ex) -> {
					assertThat(ex.getReason()).isEqualTo("fraud");
					assertThat(ex).message().doesNotContain("fraud");
				});
			assertThat(points.reached).isTrue();
			assertThat(payouts.paid()).isEmpty();
			assertThatExceptionOfType(ApprovalHaltedException.class).isThrownBy(() -> payouts.pay(500));
			assertThat(resume(context).getBody()).isEqualTo(Map.of("resumed", "this instance only"));
			payouts.pay(500);
			assertThat(payouts.paid()).containsExactly(500);
		});
	}

	@Test
	void haltBeforeAnInterceptorSubscribesPreventsTheStart() {
		approveAll();
		runner().run((context) -> {
			context.getBean(Points.class).at = Point.INSIDE;
			Payouts payouts = context.getBean(Payouts.class);
			Mono<Integer> payout = payouts.payOnSubscription(500);
			assertThatExceptionOfType(ApprovalHaltedException.class).isThrownBy(payout::block);
			assertThat(payouts.paid()).isEmpty();
			resume(context);
			assertThat(payout.block()).isEqualTo(500);
			assertThat(payouts.paid()).containsExactly(500);
		});
	}

	@Test
	void methodThatHasStartedGoesOn() {
		approveAll();
		run(runner(), Payouts.class, (payouts, context) -> {
			payouts.during(() -> halt(context));
			payouts.pay(500);
			assertThat(payouts.paid()).containsExactly(500);
		});
	}

	@Test
	void nothingIsRequestedAndNothingStartsWithoutApproval() {
		run(runner(), Payouts.class, (payouts, context) -> {
			payouts.pay(5);
			assertThat(payouts.paid()).containsExactly(5);
			halt(context);
			assertThatExceptionOfType(ApprovalHaltedException.class).isThrownBy(() -> payouts.pay(5));
			assertThatExceptionOfType(ApprovalHaltedException.class).isThrownBy(() -> payouts.pay(500));
			assertFails(payouts.payLater(500), ApprovalHaltedException.class);
			AirlockGatewayOperations template = context.getBean(AirlockGatewayOperations.class);
			ApprovalRequest request = ApprovalRequest.builder("Refund", "refund").build();
			assertThatExceptionOfType(ApprovalHaltedException.class)
				.isThrownBy(() -> template.requestApproval(request));
			assertFails(template.requestApprovalAsync(request), ApprovalHaltedException.class);
			assertThat(payouts.paid()).containsExactly(5);
			assertThat(this.simulator.asked()).isEmpty();
			assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).isEmpty();
		});
	}

	@Test
	void haltAppliesInBypassModeToo() {
		run(runner().withPropertyValues("airlock.gateway.approval.mode=bypass"), Payouts.class, (payouts, context) -> {
			payouts.pay(500);
			halt(context);
			assertThatExceptionOfType(ApprovalHaltedException.class).isThrownBy(() -> payouts.pay(500));
			assertThat(payouts.paid()).containsExactly(500);
		});
	}

	@ParameterizedTest
	@CsvSource({ "enforce, 0", "bypass, 1" })
	void operatorsSeeTheMode(String mode, double bypassed) {
		runner().withPropertyValues("airlock.gateway.approval.mode=" + mode).run((context) -> {
			assertThat(context.getBean(MeterRegistry.class).get("airlock.bypassed").gauge().value())
				.isEqualTo(bypassed);
			assertThat(health(context).build().getDetails().containsKey("bypassed")).isEqualTo(bypassed == 1);
			assertThat(context.getBean(AirlockEndpoint.class).state().details().containsKey("bypassed"))
				.isEqualTo(bypassed == 1);
		});
	}

	@Test
	void handlerOfDenialsSeesThatNobodyDenied() {
		List<Exception> denials = new CopyOnWriteArrayList<>();
		runner().withBean(ApprovalDenialHandler.class, () -> (invocation, denial) -> {
			denials.add(denial);
			return null;
		}).run((context) -> {
			halt(context);
			context.getBean(Payouts.class).pay(500);
			assertThat(denials).singleElement().isInstanceOf(ApprovalHaltedException.class);
		});
	}

	@Test
	void operatorsSeeTheHalt(CapturedOutput output) {
		run(runner(), MeterRegistry.class, (meters, context) -> {
			Health.Builder before = health(context);
			assertThat(meters.get("airlock.halted").gauge().value()).isZero();
			assertThat(before.build().getDetails()).doesNotContainKey("halted");
			halt(context);
			assertThat(meters.get("airlock.halted").gauge().value()).isOne();
			Health health = health(context).build();
			assertThat(health.getStatus()).isEqualTo(before.build().getStatus());
			assertThat(health.getDetails().get("halted")).asString().contains("by ann: fraud");
			AirlockEndpoint endpoint = context.getBean(AirlockEndpoint.class);
			assertThat(endpoint.state().details().get("halted")).asString().contains("by ann: fraud");
			assertThatExceptionOfType(ApprovalHaltedException.class)
				.isThrownBy(() -> context.getBean(Payouts.class).pay(500));
			assertThat(meters.get("airlock.approvals").tag("outcome", "halted").functionCounter().count()).isOne();
			endpoint.operate("resume", null, null, null, null, null, null, () -> "bob");
			assertThat(meters.get("airlock.halted").gauge().value()).isZero();
			assertThat(endpoint.state().details()).doesNotContainKey("halted");
			List<ApprovalHaltEvent> events = context.getBean(Points.class).events;
			await().until(() -> events.size() == 2);
			assertThat(events).satisfiesExactly((event) -> assertThat(event.halted().reason()).isEqualTo("fraud"),
					(event) -> {
						assertThat(event.halted()).isNull();
						assertThat(event.operator()).isEqualTo("bob");
					});
			AuditEventRepository audit = context.getBean(AuditEventRepository.class);
			await().until(() -> !audit.find("bob", Instant.EPOCH, "AIRLOCK_RESUME").isEmpty());
			assertThat(audit.find("ann", Instant.EPOCH, "AIRLOCK_HALT")).singleElement()
				.extracting(AuditEvent::getData)
				.isEqualTo(Map.of("reason", "fraud"));
			assertThat(audit.find("bob", Instant.EPOCH, "AIRLOCK_RESUME")).hasSize(1);
			assertThat(audit.find("shop", Instant.EPOCH, "AIRLOCK_HALTED")).hasSize(1);
		});
		assertThat(output).containsOnlyOnce("The guarded methods are halted since")
			.contains("by ann: fraud")
			.containsOnlyOnce("no longer halted, by bob")
			.contains("' halted: ");
	}

	@Test
	void eachOperationOfTheEndpointIsAudited(CapturedOutput output) {
		run(runner(), AirlockEndpoint.class, (endpoint, context) -> {
			endpoint.operate("withdraw", null, null, null, "airpat_0123456789abcdef", null, null, ANN);
			endpoint.operate("revoke", "finance", null, null, null, null, null, ANN);
			endpoint.operate("claim", null, "C0DE-1234", null, null, null, null, null);
			AuditEventRepository audit = context.getBean(AuditEventRepository.class);
			assertThat(audit.find("ann", Instant.EPOCH, "AIRLOCK_OPERATION")).extracting(AuditEvent::getData)
				.satisfiesExactly(
						(data) -> assertThat(data).containsEntry("operation", "withdraw")
							.containsEntry("status", 404)
							.containsKey("requestId")
							.doesNotContainKey("pairing"),
						(data) -> assertThat(data)
							.isEqualTo(Map.of("operation", "revoke", "status", 404, "pairing", "finance")));
			assertThat(audit.find("shop", Instant.EPOCH, "AIRLOCK_OPERATION")).singleElement()
				.satisfies((event) -> assertThat(event.getData()).containsEntry("operation", "claim")
					.containsEntry("pairing", "default"));
		});
		assertThat(output).contains("Operation by ann: {operation=revoke, status=404, pairing=finance}")
			.doesNotContain("airpat_0123456789abcdef")
			.doesNotContain("C0DE-1234");
	}

	private static Health.Builder health(ApplicationContext context) {
		Health health = context.getBean(AirlockGatewayHealthIndicator.class).health();
		return Health.status(health.getStatus()).withDetails(health.getDetails());
	}

	@Test
	void reasonIsRequiredAndOnlyAHaltIsResumed() {
		run(runner(), AirlockEndpoint.class, (endpoint, context) -> {
			WebEndpointResponse<Object> missing = endpoint.operate("halt", null, null, null, null, null, " ", ANN);
			assertThat(missing.getStatus()).isEqualTo(400);
			assertThat(missing.getBody()).isEqualTo(Map.of("problem", "Missing parameter 'reason'"));
			assertThat(context.getBean(Halt.class).isHalted()).isFalse();
			assertThat(resume(context).getStatus()).isEqualTo(409);
		});
	}

	@Test
	void haltInTheDatabaseIsThatOfAllInstancesAndOutlivesRestarts(CapturedOutput output) {
		String[] properties = { "spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1",
				"airlock.gateway.halt.store=jdbc" };
		ApplicationContextRunner runner = runner()
			.withConfiguration(
					AutoConfigurations.of(AirlockStoreAutoConfiguration.class, DataSourceAutoConfiguration.class))
			.withPropertyValues(properties);
		runner.run((first) -> runner.run((second) -> {
			CompletableFuture<Void> call = call(second);
			this.simulator.awaitPending();
			assertThat(halt(first).getBody()).isEqualTo(Map.of("halted", "all instances"));
			assertThatExceptionOfType(ApprovalHaltedException.class)
				.isThrownBy(() -> second.getBean(Payouts.class).pay(500));
			assertHalted(call);
		}));
		runner.run((restarted) -> {
			assertThat(output.getOut().split("The guarded methods are halted since", -1)).hasSize(4);
			assertThatExceptionOfType(ApprovalHaltedException.class)
				.isThrownBy(() -> restarted.getBean(Payouts.class).pay(5));
			assertThat(resume(restarted).getBody()).isEqualTo(Map.of("resumed", "all instances"));
			restarted.getBean(Payouts.class).pay(5);
		});
	}

	@Test
	void nothingStartsIfItCannotBeReadWhetherItIsHalted() {
		runner().withBean(HaltStore.class, UnavailableHaltStore::new).run((context) -> {
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> context.getBean(Payouts.class).pay(5))
				.isNotInstanceOf(ApprovalHaltedException.class)
				.withMessageContaining("QueryTimeoutException");
			assertThat(halt(context).getStatus()).isEqualTo(502);
			assertThatExceptionOfType(ApprovalHaltedException.class)
				.isThrownBy(() -> context.getBean(Payouts.class).pay(5));
		});
	}

	private static CompletableFuture<Void> call(ApplicationContext context) {
		return CompletableFuture.runAsync(() -> context.getBean(Payouts.class).pay(500));
	}

	private static void assertHalted(CompletableFuture<Void> call) {
		assertFails(call, ApprovalHaltedException.class);
	}

	private static WebEndpointResponse<Object> halt(ApplicationContext context) {
		return context.getBean(AirlockEndpoint.class).operate("halt", null, null, null, null, null, "fraud", ANN);
	}

	private static WebEndpointResponse<Object> resume(ApplicationContext context) {
		return context.getBean(AirlockEndpoint.class).operate("resume", null, null, null, null, null, null, null);
	}

	private ApplicationContextRunner runner() {
		return runner(Application.class)
			.withConfiguration(AutoConfigurations.of(AirlockPairingAutoConfiguration.class,
					AirlockActuatorAutoConfiguration.class, AirlockObservationAutoConfiguration.class,
					AuditAutoConfiguration.class, MetricsAutoConfiguration.class, EndpointAutoConfiguration.class))
			.withPropertyValues("airlock.gateway.enforcer.id=shop", "management.endpoints.web.exposure.include=*",
					GuardedApplication.NO_RATE_LIMIT);
	}

	enum Point {

		REQUESTER, REQUESTED, DECIDED, CLAIM, GATE, INSIDE

	}

	/**
	 * Halts the application at a point of the next call.
	 */
	static class Points implements RequesterSource, ApprovalJournal {

		final List<ApprovalHaltEvent> events = new CopyOnWriteArrayList<>();

		private final ObjectProvider<Halt> halt;

		volatile @Nullable Point at;

		volatile boolean reached;

		Points(ObjectProvider<Halt> halt) {
			this.halt = halt;
		}

		void reach(Point point) {
			if (point == this.at) {
				this.at = null;
				this.reached = true;
				this.halt.getObject().halt("fraud", null);
			}
		}

		@Override
		public @Nullable String findRequester() {
			reach(Point.REQUESTER);
			return null;
		}

		@Override
		public void open(String requestId, Instant expiresAt) {
			// Nothing is recorded
		}

		@Override
		public boolean claim(String requestId) {
			reach(Point.CLAIM);
			return true;
		}

		@EventListener
		void requested(ApprovalRequestedEvent event) {
			reach(Point.REQUESTED);
		}

		@EventListener
		void decided(ApprovalDecidedEvent event) {
			reach(Point.DECIDED);
		}

		@EventListener
		void changed(ApprovalHaltEvent event) {
			this.events.add(event);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Payouts.class)
	static class Application {

		@Bean
		static Points points(ObjectProvider<Halt> halt) {
			return new Points(halt);
		}

		@Bean
		ApprovalGateDecorator decorator(Points points) {
			return (gate) -> (call) -> {
				gate.authorize(call);
				points.reach(Point.GATE);
			};
		}

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static Advisor inside(ObjectProvider<Points> points) {
			MethodInterceptor interceptor = (invocation) -> {
				points.getObject().reach(Point.INSIDE);
				return invocation.proceed();
			};
			NameMatchMethodPointcutAdvisor advisor = new NameMatchMethodPointcutAdvisor(interceptor);
			advisor.setMappedName("pay");
			advisor.setOrder(1000);
			return advisor;
		}

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static Advisor subscribingLater(ObjectProvider<Points> points) {
			MethodInterceptor interceptor = (invocation) -> {
				Mono<?> result = (Mono<?>) invocation.proceed();
				return Mono.defer(() -> {
					points.getObject().reach(Point.INSIDE);
					return result;
				});
			};
			NameMatchMethodPointcutAdvisor advisor = new NameMatchMethodPointcutAdvisor(interceptor);
			advisor.setMappedName("payOnSubscription");
			advisor.setOrder(1000);
			return advisor;
		}

		@Bean
		SimpleMeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

		@Bean
		AuditEventRepository auditEventRepository() {
			return new InMemoryAuditEventRepository();
		}

	}

	static class Payouts {

		private final List<Integer> paid = new CopyOnWriteArrayList<>();

		private Runnable during = () -> {
		};

		List<Integer> paid() {
			return this.paid;
		}

		void during(Runnable action) {
			this.during = action;
		}

		@RequiresAirlockApproval(value = "Pay", condition = "#amount > 100", timeout = "30s")
		public void pay(int amount) {
			this.during.run();
			this.paid.add(amount);
		}

		@RequiresAirlockApproval("Pay on subscription")
		public Mono<Integer> payOnSubscription(int amount) {
			return Mono.fromCallable(() -> {
				this.paid.add(amount);
				return amount;
			});
		}

		@RequiresAirlockApproval("Pay later")
		public CompletableFuture<Void> payLater(int amount) {
			this.paid.add(amount);
			return CompletableFuture.completedFuture(null);
		}

	}

	/**
	 * Store whose database does not respond.
	 */
	private static final class UnavailableHaltStore implements HaltStore {

		@Override
		public @Nullable HaltState read() {
			throw new QueryTimeoutException("the database does not respond");
		}

		@Override
		public void write(HaltState state) {
			read();
		}

		@Override
		public boolean remove(HaltState state) {
			return read() != null;
		}

	}

}
