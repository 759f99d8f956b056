/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalHaltedException;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for durable approvals from the call of a method to the call of the handlers, with
 * the simulator.
 */
class DurableFlowTests extends DurableApplicationTests {

	DurableFlowTests() {
		super(Application.class);
	}

	@Test
	void methodRunsAfterItsApprovalAndHandlersAreCalledOnce() {
		start(WITH_JPA);
		DurableApproval recorded = pay(new BigDecimal("12.50"));
		assertThat(recorded.state()).isEqualTo(DurableState.RECORDED);
		PendingRequest request = this.simulator.awaitPending();
		assertThat(request.requestId()).isEqualTo(recorded.id());
		assertThat(request.commandText()).contains("12.50");
		assertThat(payouts().paid()).isEmpty();
		this.simulator.approve(recorded.id());
		awaitDecision(recorded.id());
		DurableApproval done = awaitState(recorded.id(), DurableState.DONE);
		assertThat(payouts().paid()).containsExactly("ann 12.50 as " + recorded.id());
		assertThat(done.committedAt()).isNotNull();
		await(() -> handled().size() == 1);
		assertThat(handled()).containsExactly(recorded.id() + " DONE APPROVE");
		await(() -> !this.simulator.requests(SimulatorCall.ACKNOWLEDGE).isEmpty());
		assertThat(bean(Application.class).states).contains(DurableState.RECORDED, DurableState.SUBMITTED,
				DurableState.DECIDED, DurableState.CLAIMED, DurableState.DONE);
	}

	/**
	 * The method receives containers of other classes, which are shown in another way.
	 */
	@Test
	void approverSeesTheContainersThatTheMethodReceives() {
		start();
		payouts().payAll(Collections.unmodifiableList(Arrays.asList("ann", "bob")), new TreeMap<>(Map.of("eur", 5)));
		PendingRequest request = this.simulator.awaitPending();
		assertThat(request.description()).isEqualTo("Pay ann first, up to 5");
		this.simulator.approve(request.requestId());
		awaitDecision(request.requestId());
		awaitState(request.requestId(), DurableState.DONE);
		assertThat(payouts().paid()).containsExactly("[ann, bob] {eur=5}");
	}

	@Test
	void deniedCallNeverRuns() {
		start();
		DurableApproval recorded = pay(BigDecimal.ONE);
		this.simulator.awaitPending();
		this.simulator.reject(recorded.id(), "too much");
		awaitDecision(recorded.id());
		awaitState(recorded.id(), DurableState.DENIED);
		await(() -> handled().size() == 1);
		assertThat(handled()).containsExactly(recorded.id() + " DENIED REJECT");
		assertThat(payouts().paid()).isEmpty();
	}

	@Test
	void haltedCallKeepsItsDecisionAndRunsWhenItIsResumed() {
		start();
		DurableApproval recorded = pay(BigDecimal.TEN);
		this.simulator.awaitPending();
		Halt halt = bean(Halt.class);
		assertThat(halt.isShared()).isTrue();
		halt.halt("fraud", null);
		assertThat(this.simulator.requests(SimulatorCall.WITHDRAW)).isEmpty();
		assertThatExceptionOfType(ApprovalHaltedException.class).isThrownBy(() -> pay(BigDecimal.ONE));
		this.simulator.approve(recorded.id());
		awaitState(recorded.id(), DurableState.DECIDED);
		restart();
		await(() -> bean(Halt.class).find() != null);
		assertThat(state(recorded.id())).isEqualTo(DurableState.DECIDED);
		assertThat(payouts().paid()).isEmpty();
		bean(Halt.class).resume(null);
		makeDue();
		awaitState(recorded.id(), DurableState.DONE);
		assertThat(payouts().paid()).containsExactly("ann 10 as " + recorded.id());
	}

	@Test
	void haltBetweenTheClaimAndTheMethodTakesTheClaimBack() {
		start();
		bean(Application.class).claimed = () -> bean(Halt.class).halt("fraud", null);
		DurableApproval recorded = recordAndApprove(() -> payouts().pay("ann", BigDecimal.TEN));
		await(() -> bean(Halt.class).find() != null);
		awaitState(recorded.id(), DurableState.DECIDED);
		assertThat(payouts().starts()).isZero();
	}

	@Test
	void callSurvivesTheInstanceThatRecordedIt() {
		start();
		DurableApproval recorded = pay(BigDecimal.TEN);
		this.simulator.awaitPending();
		this.context.close();
		assertThat(this.simulator.requests(SimulatorCall.WITHDRAW)).isEmpty();
		this.simulator.approve(recorded.id());
		start();
		awaitState(recorded.id(), DurableState.DONE);
		assertThat(payouts().paid()).containsExactly("ann 10 as " + recorded.id());
	}

	@Test
	void callSurvivesTheLossOfItsStep() {
		start();
		DurableApproval recorded = pay(BigDecimal.TEN);
		this.simulator.awaitPending();
		this.context.close();
		JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(this.database, "sa", ""));
		assertThat(jdbc.update("DELETE FROM AIRLOCK_DURABLE_ASK WHERE TASK_INSTANCE = ?", recorded.id())).isOne();
		// As in an application that was started a minute ago
		assertThat(jdbc.update("UPDATE AIRLOCK_DURABLE_ASK SET EXECUTION_TIME = ? WHERE TASK_NAME = 'airlock-sweep'",
				OffsetDateTime.now()))
			.isOne();
		this.simulator.approve(recorded.id());
		start();
		awaitState(recorded.id(), DurableState.DONE);
		assertThat(payouts().paid()).containsExactly("ann 10 as " + recorded.id());
	}

	@Test
	void rolledBackCallIsNeverSubmitted() {
		start(WITH_JPA);
		TransactionTemplate transaction = new TransactionTemplate(bean(PlatformTransactionManager.class));
		transaction.executeWithoutResult((status) -> {
			payouts().pay("ann", BigDecimal.ONE);
			status.setRollbackOnly();
		});
		DurableApproval other = pay(BigDecimal.TEN);
		assertThat(this.simulator.awaitPending().requestId()).isEqualTo(other.id());
		assertThat(approvals().find(DurableState.open(), null, 10)).extracting(DurableApproval::id)
			.containsExactly(other.id());
	}

	@Test
	void failedMethodIsStartedAgainWithMoreAttempts() {
		start("airlock.gateway.durable.attempts=2");
		payouts().failNext();
		DurableApproval recorded = recordAndApprove(() -> payouts().pay("ann", BigDecimal.TEN));
		await(() -> payouts().starts() == 1 && state(recorded.id()) == DurableState.DECIDED);
		makeDue();
		awaitState(recorded.id(), DurableState.DONE);
		await(() -> handled().size() == 1);
		assertThat(handled()).containsExactly(recorded.id() + " DONE APPROVE");
		assertThat(payouts().starts()).isEqualTo(2);
		assertThat(payouts().paid()).containsExactly("ann 10 as " + recorded.id());
		assertThat(this.simulator.history()).hasSize(1);
		Application application = bean(Application.class);
		assertThat(application.outcomes).hasSize(1);
		assertThat(application.states).filteredOn(DurableState.CLAIMED::equals).hasSize(2);
	}

	@Test
	void twoInstancesStartACallOnce() {
		// With more calls than threads, they are asked about every 5 seconds
		String threads = "airlock.gateway.durable.ask-threads=5";
		start(threads);
		Payouts first = payouts();
		try (ConfigurableApplicationContext other = start(threads)) {
			for (int i = 1; i <= 5; i++) {
				pay(new BigDecimal(i));
			}
			this.simulator.awaitPending(5, Duration.ofSeconds(30))
				.forEach((request) -> this.simulator.approve(request.requestId()));
			await(() -> approvals().find(Set.of(DurableState.DONE), null, 10).size() == 5);
			assertThat(first.starts() + other.getBean(Payouts.class).starts()).isEqualTo(5);
		}
	}

	@Test
	void recordingIsRefusedAboveTheLimit() {
		start("airlock.gateway.durable.max-pending=1");
		pay(BigDecimal.ONE);
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> pay(BigDecimal.TEN))
			.withMessageContaining("airlock.gateway.durable.max-pending");
	}

	private DurableApproval pay(BigDecimal amount) {
		return record(() -> payouts().pay("ann", amount));
	}

	private Payouts payouts() {
		return bean(Payouts.class);
	}

	private List<String> handled() {
		return jdbc().queryForList("SELECT TEXT FROM HANDLED", String.class);
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		final List<DurableState> states = new CopyOnWriteArrayList<>();

		final List<ApprovalOutcome> outcomes = new CopyOnWriteArrayList<>();

		volatile Runnable claimed = () -> {
		};

		@Bean
		Payouts payouts() {
			return new Payouts();
		}

		@Bean
		DurableApprovalHandler handler(DataSource dataSource) {
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			jdbc.execute("CREATE TABLE IF NOT EXISTS HANDLED(TEXT VARCHAR(200))");
			return (approval, decision) -> jdbc.update("INSERT INTO HANDLED VALUES (?)",
					approval.id() + " " + approval.state() + describe(decision));
		}

		private static String describe(@Nullable ApprovalDecision decision) {
			return Optional.ofNullable(decision).map((present) -> " " + present.verdict()).orElse("");
		}

		@Bean
		ApprovalListener outcomes() {
			return (request, artifactType) -> this.outcomes::add;
		}

		@EventListener
		void changed(DurableApprovalEvent event) {
			this.states.add(event.approval().state());
			if (event.approval().state() == DurableState.CLAIMED) {
				this.claimed.run();
			}
		}

	}

	static class Payouts {

		private final List<String> paid = new CopyOnWriteArrayList<>();

		private final AtomicInteger starts = new AtomicInteger();

		private final AtomicInteger failures = new AtomicInteger();

		List<String> paid() {
			return this.paid;
		}

		int starts() {
			return this.starts.get();
		}

		void failNext() {
			this.failures.set(1);
		}

		@Transactional
		@RequiresAirlockApproval(value = "Payout", durable = true)
		public void pay(String account, BigDecimal amount) {
			this.starts.incrementAndGet();
			if (amount.signum() < 0 || this.failures.getAndDecrement() > 0) {
				throw new IllegalArgumentException("Negative");
			}
			String id = DurableApprovals.current().orElseThrow().id();
			this.paid.add("%s %s as %s".formatted(account, amount, id));
		}

		@RequiresAirlockApproval(value = "Payouts", durable = true,
				description = "Pay #{#accounts[0]} first, up to #{#limits['eur']}")
		public void payAll(List<String> accounts, Map<String, Integer> limits) {
			this.paid.add("%s %s".formatted(accounts, limits));
		}

	}

}
