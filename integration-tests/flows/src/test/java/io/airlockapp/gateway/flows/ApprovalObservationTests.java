/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalHaltedException;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.ApprovalDecidedEvent;
import io.airlockapp.gateway.approval.ApprovalRequestedEvent;
import io.airlockapp.gateway.approval.RequesterSource;
import io.airlockapp.gateway.autoconfigure.AirlockActuatorAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockObservationAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockPresenceAutoConfiguration;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.observation.ApprovalObservationContext;
import io.airlockapp.gateway.observation.ApprovalObservationConvention;
import io.airlockapp.gateway.observation.DefaultApprovalObservationConvention;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatorCall;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.SenderContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the events, audit, metrics and traces of approvals.
 */
@ExtendWith(OutputCaptureExtension.class)
class ApprovalObservationTests extends SimulatorTests {

	@Test
	void publishesEventsBeforeTheMethodRuns() {
		approveAll();
		runner().run((context) -> {
			context.getBean(PaymentService.class).pay("a");
			Recorder recorder = context.getBean(Recorder.class);
			assertThat(recorder.requested).singleElement().satisfies((event) -> {
				assertThat(event.approval().label()).isEqualTo("Pay");
				assertThat(event.artifactType()).isEqualTo("command.review");
				assertThat(event.gate()).isEqualTo("PaymentService.pay");
			});
			assertThat(recorder.decided).singleElement().satisfies((event) -> {
				assertThat(event.label()).isEqualTo("Pay");
				assertThat(event.gate()).isEqualTo("PaymentService.pay");
				assertThat(event.outcome().result()).isEqualTo(ApprovalResult.APPROVED);
				assertThat(event.outcome().requestId()).isEqualTo(recorder.requested.get(0).approval().requestId());
				assertThat(event.outcome().decision()).isNotNull();
				assertThat(event.outcome().decision().signerKeyFingerprint())
					.isEqualTo(this.simulator.signerKey().fingerprint());
				assertThat(event.outcome().elapsed()).isPositive();
			});
			assertThat(recorder.paymentsWhenDecided).containsExactly(0);
		});
	}

	@Test
	void auditsEachOutcomeOnce() {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.reject("Not\u202e today"));
		run(runner(), PaymentService.class, (payments, context) -> {
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> payments.pay("a"));
			this.simulator.decideAutomatically(null);
			assertThatExceptionOfType(ApprovalTimeoutException.class)
				.isThrownBy(() -> payments.payWithPin("a", "1234", null));
			this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, 422);
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> payments.pay("a"));
			List<AuditEvent> events = context.getBean(AuditEventRepository.class).find("shop", null, null);
			assertThat(events).extracting(AuditEvent::getType)
				.containsExactly("AIRLOCK_DENIED", "AIRLOCK_TIMEOUT", "AIRLOCK_UNAVAILABLE");
			assertThat(events.get(0).getData()).containsEntry("label", "Pay")
				.containsEntry("gate", "PaymentService.pay")
				.containsEntry("signerKeyFingerprint", this.simulator.signerKey().fingerprint())
				.containsEntry("reason", "Not  today")
				.containsKeys("requestId", "elapsedMillis", "artifactType", "signerKeyId")
				.doesNotContainKey("evidence");
			assertThat(events.get(2).getData()).containsEntry("failure", "ApprovalUnavailableException");
		});
	}

	@Test
	void requesterIsInEventAndAuditWhetherRequestWasSentOrNot() {
		approveAll();
		runner().withBean(RequesterSource.class, () -> () -> "alice").run((context) -> {
			context.getBean(PaymentService.class).pay("a");
			context.getBean(AirlockGatewayOperations.class)
				.requestApproval(ApprovalRequest.builder("Pay", "pay").requester("bob").build());
			context.getBean(Halt.class).halt("Investigation", null);
			assertThatExceptionOfType(ApprovalHaltedException.class)
				.isThrownBy(() -> context.getBean(PaymentService.class).pay("a"));
			assertThat(context.getBean(Recorder.class).decided).extracting(ApprovalDecidedEvent::requester)
				.containsExactly("alice", "bob", "alice");
			assertThat(context.getBean(AuditEventRepository.class).find("shop", null, null))
				.filteredOn((event) -> !event.getType().equals("AIRLOCK_HALT"))
				.extracting((event) -> event.getData().get("requester"))
				.containsExactly("alice", "bob", "alice");
		});
	}

	@Test
	void auditContainsEvidenceWhenEnabled() {
		approveAll();
		runner().withPropertyValues("airlock.gateway.audit.evidence=true").run((context) -> {
			context.getBean(PaymentService.class).pay("a");
			AuditEvent event = context.getBean(AuditEventRepository.class).find("shop", null, null).get(0);
			assertThat(event.getData().get("evidence")).isInstanceOfSatisfying(DecisionEvidence.class,
					(evidence) -> assertThat(evidence.isSignedBy(this.simulator.signerKey())).isTrue());
		});
	}

	@Test
	void callWithoutRequestIsReported() {
		runner().withPropertyValues("airlock.gateway.enabled=false").run((context) -> {
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> context.getBean(PaymentService.class).pay("a"));
			Recorder recorder = context.getBean(Recorder.class);
			assertThat(recorder.requested).isEmpty();
			assertThat(recorder.decided).singleElement().satisfies((event) -> {
				assertThat(event.outcome().result()).isEqualTo(ApprovalResult.UNAVAILABLE);
				assertThat(event.outcome().requestId()).isNull();
				assertThat(event.gate()).isEqualTo("PaymentService.pay");
			});
			assertThat(timer(context.getBean(MeterRegistry.class), "unavailable").count()).isOne();
		});
	}

	@Test
	void denialWithoutARequestIsNoError() {
		rejectAll();
		runner().withPropertyValues("airlock.gateway.approval.denial-cooldown=5m").run((context) -> {
			for (int i = 0; i < 2; i++) {
				assertThatExceptionOfType(ApprovalDeniedException.class)
					.isThrownBy(() -> context.getBean(PaymentService.class).pay("a"));
			}
			assertThat(this.simulator.asked()).hasSize(1);
			assertThat(context.getBean(MeterRegistry.class).get("airlock.approval").tag("outcome", "denied").timers())
				.allSatisfy((timer) -> assertThat(timer.getId().getTag("error")).isEqualTo("none"));
		});
	}

	@Test
	void distinguishesMistakesFromOutages(CapturedOutput output) {
		runner().run((context) -> {
			for (int length : new int[] { 5000, 6000 }) {
				assertThatExceptionOfType(InvalidApprovalUsageException.class)
					.isThrownBy(() -> context.getBean(PaymentService.class).pay("x".repeat(length)));
			}
			assertThat(context.getBean(Recorder.class).decided).hasSize(2)
				.allSatisfy((event) -> assertThat(event.outcome().result()).isEqualTo(ApprovalResult.INVALID_USAGE));
			assertThat(timer(context.getBean(MeterRegistry.class), "invalid_usage").count()).isEqualTo(2);
			assertThat(output.getOut().lines().filter((line) -> line.contains("A retry does not help"))).singleElement()
				.asString()
				.contains("WARN", "PaymentService.pay is too long to be shown");
			assertThat(output.getOut().lines().filter((line) -> line.contains("not possible: "))).hasSize(2)
				.allSatisfy((line) -> assertThat(line).contains("INFO"));
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { IllegalStateException.class, NoSuchMethodError.class, IOException.class })
	void anApprovalOutlivesAListenerThatFails(Class<? extends Throwable> failure, CapturedOutput output)
			throws Exception {
		Throwable ofListener = failure.getConstructor(String.class).newInstance("of the listener");
		Throwable ofRecorder = failure.getConstructor(String.class).newInstance("of the recorder");
		approveAll();
		runner().withBean("failing", ApprovalListener.class, () -> (request, type) -> {
			throw unchecked(ofListener);
		}).run((context) -> {
			context.getBean(Recorder.class).failure = ofRecorder;
			context.getBean(PaymentService.class).pay("a");
			assertThat(context.getBean(PaymentService.class).payments()).containsExactly("a");
			assertThat(context.getBean(Recorder.class).requested).hasSize(1);
			assertThat(context.getBean(Recorder.class).decided).hasSize(1);
			assertThat(output).contains("the approval goes on").doesNotContain("of the listener", "of the recorder");
		});
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> RuntimeException unchecked(Throwable failure) throws T {
		throw (T) failure;
	}

	@Test
	void countsAndTimesApprovals() {
		approveAll();
		runner().run((context) -> {
			context.getBean(PaymentService.class).pay("a");
			rejectAll();
			assertThatExceptionOfType(ApprovalDeniedException.class)
				.isThrownBy(() -> context.getBean(PaymentService.class).pay("a"));
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			for (String outcome : List.of("approved", "denied")) {
				Timer timer = timer(meters, outcome);
				assertThat(timer.count()).isOne();
				assertThat(timer.getId().getTag("gate")).isEqualTo("PaymentService.pay");
				assertThat(timer.getId().getTag("artifact.type")).isEqualTo("command.review");
				assertThat(timer.getId().getTag("error")).isEqualTo("none");
				assertThat(timer.takeSnapshot().histogramCounts()).hasSize(9);
			}
			assertThat(meters.find("airlock.gateway.requests").timers())
				.extracting((timer) -> timer.getId().getTag("uri"))
				.contains("/v1/artifacts", "/v1/exchanges/{requestId}/wait");
			assertThat(meters.find("http.client.requests").timers()).isEmpty();
		});
	}

	@Test
	void metersShowPendingApprovalsAndHeartbeats() {
		run(runner().withConfiguration(AutoConfigurations.of(AirlockPresenceAutoConfiguration.class)),
				MeterRegistry.class, (meters, context) -> {
					await().untilAsserted(() -> assertThat(
							meters.get("airlock.heartbeats").tag("outcome", "success").functionCounter().count())
						.isGreaterThanOrEqualTo(1));
					assertThat(meters.get("airlock.heartbeats").tag("outcome", "failure").functionCounter().count())
						.isZero();
					CompletableFuture<ApprovalDecision> decision = context.getBean(AirlockGatewayOperations.class)
						.requestApprovalAsync(ApprovalRequest.builder("Pay", "pay").build());
					String requestId = this.simulator.awaitPending().requestId();
					assertThat(meters.get("airlock.approvals.pending").gauge().value()).isOne();
					this.simulator.approve(requestId);
					assertThat(decision.get(10, TimeUnit.SECONDS).isApproved()).isTrue();
					assertThat(meters.get("airlock.approvals.pending").gauge().value()).isZero();
				});
	}

	@Test
	void anApplicationNamesObservationsItsOwnWay() {
		approveAll();
		runner().withBean(ApprovalObservationConvention.class, ShopConvention::new).run((context) -> {
			context.getBean(PaymentService.class).pay("a");
			assertThat(context.getBean(MeterRegistry.class).find("shop.approval").timer()).isNotNull();
		});
	}

	@Test
	void callsOfTheGatewayBelongToTheApprovalAndThatToItsCaller() {
		approveAll();
		run(runner(), ObservationRegistry.class, (registry, context) -> {
			Observation caller = Observation.start("caller", registry);
			CompletableFuture<ApprovalDecision> decision = caller.scoped(() -> {
				context.getBean(PaymentService.class).pay("a");
				return context.getBean(AirlockGatewayOperations.class)
					.requestApprovalAsync(ApprovalRequest.builder("Pay", "pay").build());
			});
			decision.get(10, TimeUnit.SECONDS);
			caller.stop();
			List<Observation.ContextView> approvals = context.getBean(Spans.class).named("airlock.approval");
			assertThat(approvals).hasSize(2).allSatisfy((approval) -> {
				assertThat(parent(approval)).isSameAs(caller.getContext());
				assertThat(approval.getHighCardinalityKeyValue("request.id")).isNotNull();
				assertThat(context.getBean(Spans.class).named("airlock.gateway.requests"))
					.filteredOn((call) -> parent(call) == approval)
					.hasSizeGreaterThanOrEqualTo(2)
					.allSatisfy((call) -> assertThat(call.getAllKeyValues().toString()).doesNotContain("req-"));
			});
		});
	}

	@Test
	void requestsContainTraceWithoutBaggage() {
		approveAll();
		runner().run((context) -> {
			context.getBean(PaymentService.class).pay("a");
			assertThat(trace()).isEqualTo(context.getBean(Spans.class).carrier().get("traceparent"));
		});
	}

	@Test
	void requestsContainNoTraceWhenDisabled() {
		approveAll();
		runner().withPropertyValues("airlock.gateway.observation.propagate-trace=false").run((context) -> {
			context.getBean(PaymentService.class).pay("a");
			assertThat(trace()).isNull();
		});
	}

	private String trace() {
		JsonNode trace = this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT).get(0).json().get("trace");
		if (trace == null) {
			return null;
		}
		assertThat(trace.propertyNames()).containsExactly("traceparent");
		return trace.get("traceparent").stringValue();
	}

	private static Observation.ContextView parent(Observation.ContextView context) {
		return (context.getParentObservation() != null) ? context.getParentObservation().getContextView() : null;
	}

	private static Timer timer(MeterRegistry meters, String outcome) {
		return meters.get("airlock.approval").tag("outcome", outcome).timer();
	}

	private ApplicationContextRunner runner() {
		return runner(Application.class)
			.withConfiguration(AutoConfigurations.of(AirlockActuatorAutoConfiguration.class,
					AirlockObservationAutoConfiguration.class, MetricsAutoConfiguration.class,
					AuditAutoConfiguration.class, ObservationAutoConfiguration.class, RestClientAutoConfiguration.class,
					RestClientObservationAutoConfiguration.class))
			.withPropertyValues("airlock.gateway.enforcer.id=shop");
	}

	@Configuration(proxyBeanMethods = false)
	@Import({ PaymentService.class, Outcomes.class, Recorder.class, Spans.class })
	static class Application {

	}

	static class ShopConvention extends DefaultApprovalObservationConvention {

		@Override
		public String getName() {
			return "shop.approval";
		}

	}

	static class Recorder {

		private final List<ApprovalRequestedEvent> requested = new CopyOnWriteArrayList<>();

		private final List<ApprovalDecidedEvent> decided = new CopyOnWriteArrayList<>();

		private final List<Integer> paymentsWhenDecided = new CopyOnWriteArrayList<>();

		private final PaymentService payments;

		private volatile Throwable failure;

		Recorder(PaymentService payments) {
			this.payments = payments;
		}

		@EventListener
		void requested(ApprovalRequestedEvent event) {
			this.requested.add(event);
			fail();
		}

		@EventListener
		void decided(ApprovalDecidedEvent event) {
			this.paymentsWhenDecided.add(this.payments.payments().size());
			this.decided.add(event);
			fail();
		}

		private void fail() {
			if (this.failure != null) {
				throw unchecked(this.failure);
			}
		}

	}

	/**
	 * Remembers all observations and propagates like a tracer does.
	 */
	static class Spans implements ObservationHandler<Observation.Context> {

		private final List<Observation.ContextView> stopped = new CopyOnWriteArrayList<>();

		private final Map<String, String> carrier = Map.of("traceparent",
				"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "baggage", "customer=4711");

		List<Observation.ContextView> named(String name) {
			return new ArrayList<>(this.stopped).stream().filter((context) -> name.equals(context.getName())).toList();
		}

		Map<String, String> carrier() {
			return this.carrier;
		}

		@Override
		public void onStart(Observation.Context context) {
			if (context instanceof ApprovalObservationContext approval) {
				propagate(approval);
			}
		}

		private <C> void propagate(SenderContext<C> context) {
			this.carrier.forEach((name, value) -> context.getSetter().set(context.getCarrier(), name, value));
		}

		@Override
		public void onStop(Observation.Context context) {
			this.stopped.add(context);
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
