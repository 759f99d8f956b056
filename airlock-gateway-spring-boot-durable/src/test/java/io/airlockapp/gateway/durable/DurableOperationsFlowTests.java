/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.approval.ApprovalDecidedEvent;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.durable.actuator.DurableHealthIndicator;
import io.airlockapp.gateway.simulator.SimulatorCall;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.SenderContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.actuate.audit.listener.AuditListener;
import org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for audit, observations, log, health and meters of durable approvals, and for an
 * application with its own tasks of db-scheduler.
 */
@ExtendWith(OutputCaptureExtension.class)
class DurableOperationsFlowTests extends DurableApplicationTests {

	private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

	DurableOperationsFlowTests() {
		super(Application.class);
	}

	@BeforeEach
	void startInstance() {
		start();
	}

	@Test
	void approvalIsReportedOnce(CapturedOutput output) {
		String id = recordAndApprove(() -> pay(new BigDecimal("4711.25"))).id();
		awaitState(id, DurableState.DONE);
		assertReportedOnce(id, ApprovalResult.APPROVED);
		assertThat(linesWith(output, id, " approved")).singleElement()
			.asString()
			.contains("INFO", "Approval " + id + " 'Payout' approved by key ");
		assertThat(output).doesNotContain("4711.25");
	}

	@Test
	void denialIsReportedOnce(CapturedOutput output) {
		String id = record(() -> pay(BigDecimal.ONE)).id();
		this.simulator.awaitPending();
		this.simulator.reject(id, "No");
		awaitDecision(id);
		awaitState(id, DurableState.DENIED);
		assertReportedOnce(id, ApprovalResult.DENIED);
		assertThat(linesWith(output, id, " denied")).singleElement()
			.asString()
			.contains("INFO", "Approval " + id + " 'Payout' denied by key ");
	}

	private void assertReportedOnce(String id, ApprovalResult result) {
		Application application = bean(Application.class);
		await(() -> !application.decided.isEmpty());
		assertThat(application.decided).singleElement().satisfies((event) -> {
			assertThat(event.outcome().requestId()).isEqualTo(id);
			assertThat(event.outcome().result()).isEqualTo(result);
		});
		assertThat(application.outcomes).extracting(ApprovalOutcome::result).containsExactly(result);
		List<AuditEvent> audited = bean(AuditEventRepository.class).find(null, null, "AIRLOCK_" + result);
		assertThat(audited).singleElement().satisfies((event) -> {
			assertThat(event.getData()).containsEntry("requestId", id)
				.containsEntry("label", "Payout")
				.containsKeys("gate", "signerKeyFingerprint", "elapsedMillis");
		});
		assertThat(bean(AuditEventRepository.class).find(null, null, null)).hasSize(1);
		// Its duration would be zero
		assertThat(application.observed("airlock.approval")).isEmpty();
	}

	@Test
	void runIsATraceOfItsOwnThatRefersToTheTraceOfTheCaller() {
		Application application = bean(Application.class);
		application.propagated = Map.of("traceparent", TRACEPARENT, "tracestate", "a=b", "baggage", "customer=4711");
		Observation caller = Observation.start("caller", bean(ObservationRegistry.class));
		String id = caller.scoped(() -> record(() -> pay(BigDecimal.ONE)).id());
		caller.stop();
		this.simulator.awaitPending();
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT).get(0).json().path("trace"))
			.hasToString("{\"traceparent\":\"%s\"}".formatted(TRACEPARENT));
		this.simulator.approve(id);
		awaitDecision(id);
		awaitState(id, DurableState.DONE);
		assertThat(application.observed("airlock.durable.record")).singleElement().satisfies((recorded) -> {
			assertThat(recorded.getParentObservation().getContextView()).isSameAs(caller.getContext());
			assertThat(value(recorded, "request.id")).isEqualTo(id);
		});
		await(() -> !application.observed("airlock.durable.run").isEmpty());
		assertThat(application.observed("airlock.durable.run")).singleElement().satisfies((run) -> {
			assertThat(run.getParentObservation()).isNull();
			assertThat(run.getLowCardinalityKeyValue("outcome").getValue()).isEqualTo("done");
			assertThat(run.getLowCardinalityKeyValue("gate").getValue()).isEqualTo("Payouts.pay");
			assertThat(value(run, "request.id")).isEqualTo(id);
			assertThat(value(run, "recorded.traceparent")).isEqualTo(TRACEPARENT);
			assertThat(run.getHighCardinalityKeyValues()).hasSize(2);
		});
	}

	@Test
	void traceContextThatIsNotValidIsNotRecorded() {
		bean(Application.class).propagated = Map.of("traceparent", TRACEPARENT + "-" + "a".repeat(9999));
		String id = record(() -> pay(BigDecimal.ONE)).id();
		this.simulator.awaitPending();
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT).get(0).json().has("trace")).isFalse();
		this.simulator.approve(id);
		awaitDecision(id);
		awaitState(id, DurableState.DONE);
	}

	private static String value(Observation.Context context, String key) {
		return context.getHighCardinalityKeyValue(key).getValue();
	}

	private static List<String> linesWith(CapturedOutput output, String... parts) {
		return output.getAll().lines().filter((line) -> List.of(parts).stream().allMatch(line::contains)).toList();
	}

	@Test
	void metersCountDecisionsAndEnds() {
		String approved = recordAndApprove(() -> pay(BigDecimal.TEN)).id();
		DurableApproval done = awaitState(approved, DurableState.DONE);
		String denied = record(() -> pay(BigDecimal.ONE)).id();
		this.simulator.awaitPending();
		this.simulator.reject(denied);
		awaitDecision(denied);
		awaitState(denied, DurableState.DENIED);
		MeterRegistry registry = bean(MeterRegistry.class);
		await(() -> registry.find("airlock.durable.ended").tag("state", "denied").counter() != null);
		assertThat(registry.get("airlock.durable.ended").tags("gate", done.gate(), "state", "done").counter().count())
			.isEqualTo(1);
		assertThat(registry.get("airlock.durable.ended").tags("gate", done.gate(), "state", "denied").counter().count())
			.isEqualTo(1);
		assertThat(registry.get("airlock.durable.decision.time").timer().count()).isEqualTo(2);
		assertThat(registry.get("airlock.durable.decision.time").timer().totalTime(TimeUnit.SECONDS)).isPositive();
		assertThat(registry.get("airlock.durable.pending").gauges())
			.extracting((gauge) -> gauge.getId().getTag("state"))
			.containsExactlyInAnyOrder("recorded", "submitted", "decided", "claimed", "cancelling");
		assertThat(registry.get("airlock.durable.lag").timeGauge().value()).isNotNegative();
		assertThat(registry.get("airlock.durable.unknown").gauge().value()).isZero();
		assertThat(registry.get("airlock.durable.budget.wait").functionTimer().count()).isGreaterThanOrEqualTo(4);
		assertThat(registry.get("airlock.durable.unverified").functionCounter().count()).isZero();
		assertThat(registry.getMeters()).flatExtracting((meter) -> meter.getId().getTags())
			.noneMatch((tag) -> tag.getValue().contains(approved) || tag.getValue().contains("ann"));
	}

	@Test
	void healthWhenRequestsFailShowsProblemAndIsUp() {
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, 503);
		record(() -> pay(BigDecimal.ONE));
		DurableHealthIndicator indicator = bean(DurableHealthIndicator.class);
		await(() -> indicator.health().getDetails().containsKey("askProblem"));
		Health health = indicator.health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsKeys("pending", "approved", "lag", "unknown");
		assertThat(health.getDetails().get("askProblem")).asString().contains("503");
	}

	@Test
	void ownTasksOfTheApplicationAreUntouched() throws InterruptedException {
		Application application = bean(Application.class);
		Scheduler own = bean(Scheduler.class);
		String id = record(() -> pay(BigDecimal.ONE)).id();
		this.simulator.awaitPending();
		own.schedule(application.task.instance("own-1"), Instant.EPOCH);
		own.triggerCheckForDueExecutions();
		assertThat(application.executed.await(30, TimeUnit.SECONDS)).isTrue();
		JdbcTemplate jdbc = jdbc();
		assertThat(jdbc.queryForList("SELECT DISTINCT TASK_NAME FROM SCHEDULED_TASKS", String.class))
			.noneMatch((name) -> name.startsWith("airlock"));
		assertThat(jdbc.queryForList("SELECT DISTINCT TASK_NAME FROM AIRLOCK_DURABLE_ASK", String.class))
			.allMatch((name) -> name.startsWith("airlock"));
		this.simulator.approve(id);
		awaitDecision(id);
		awaitState(id, DurableState.DONE);
	}

	private void pay(BigDecimal amount) {
		bean(Payouts.class).pay("ann", amount);
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = AuditAutoConfiguration.class)
	static class Application {

		final List<ApprovalDecidedEvent> decided = new CopyOnWriteArrayList<>();

		final List<ApprovalOutcome> outcomes = new CopyOnWriteArrayList<>();

		final List<Observation.Context> observed = new CopyOnWriteArrayList<>();

		volatile Map<String, String> propagated = Map.of();

		final CountDownLatch executed = new CountDownLatch(1);

		final OneTimeTask<Void> task = Tasks.oneTime("own").execute((instance, context) -> this.executed.countDown());

		@Bean
		Payouts payouts() {
			return new Payouts();
		}

		@Bean
		AuditEventRepository audit() {
			return new InMemoryAuditEventRepository();
		}

		@Bean
		AuditListener auditListener(AuditEventRepository repository) {
			return new AuditListener(repository);
		}

		@Bean
		MeterRegistry meters() {
			return new SimpleMeterRegistry();
		}

		@Bean
		ObservationHandler<Observation.Context> observed() {
			return new ObservationHandler<>() {

				@Override
				public boolean supportsContext(Observation.Context context) {
					return true;
				}

				@Override
				public void onStart(Observation.Context context) {
					if (context instanceof SenderContext<?> sender && context.getName().startsWith("airlock.durable")) {
						propagate(sender);
					}
				}

				private <C> void propagate(SenderContext<C> sender) {
					Application.this.propagated
						.forEach((name, value) -> sender.getSetter().set(sender.getCarrier(), name, value));
				}

				@Override
				public void onStop(Observation.Context context) {
					Application.this.observed.add(context);
				}

			};
		}

		List<Observation.Context> observed(String name) {
			return this.observed.stream().filter((context) -> name.equals(context.getName())).toList();
		}

		@Bean
		ApprovalListener outcomes() {
			return (request, artifactType) -> this.outcomes::add;
		}

		/**
		 * The scheduler of the application, as the starter of db-scheduler creates it.
		 */
		@Bean(destroyMethod = "stop")
		Scheduler scheduler(DataSource dataSource) {
			new JdbcTemplate(dataSource).execute("""
					CREATE TABLE IF NOT EXISTS SCHEDULED_TASKS (TASK_NAME VARCHAR(100), TASK_INSTANCE VARCHAR(100),
						TASK_DATA BLOB, EXECUTION_TIME TIMESTAMP WITH TIME ZONE, PICKED BOOLEAN, PICKED_BY VARCHAR(50),
						LAST_SUCCESS TIMESTAMP WITH TIME ZONE, LAST_FAILURE TIMESTAMP WITH TIME ZONE,
						CONSECUTIVE_FAILURES INT, LAST_HEARTBEAT TIMESTAMP WITH TIME ZONE, VERSION BIGINT,
						PRIMARY KEY (TASK_NAME, TASK_INSTANCE))""");
			Scheduler scheduler = Scheduler.create(dataSource, this.task).threads(1).build();
			scheduler.start();
			return scheduler;
		}

		@EventListener
		void decided(ApprovalDecidedEvent event) {
			this.decided.add(event);
		}

	}

	static class Payouts {

		@RequiresAirlockApproval(value = "Payout", durable = true)
		public void pay(String account, BigDecimal amount) {
		}

	}

}
