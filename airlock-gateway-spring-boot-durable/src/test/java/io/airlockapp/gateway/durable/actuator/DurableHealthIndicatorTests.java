/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.actuator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.airlockapp.gateway.client.ratelimit.RequestBudget;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.durable.maintenance.DurableMonitor;
import io.airlockapp.gateway.durable.maintenance.DurableStatistics;
import io.airlockapp.gateway.support.Latches;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link DurableHealthIndicator}, {@link DurableMonitor} and the meters of
 * {@link DurableMetrics}.
 */
class DurableHealthIndicatorTests {

	private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

	private final AtomicReference<Instant> now = new AtomicReference<>(NOW);

	private final InstantSource clock = this.now::get;

	private Set<String> missing = Set.of();

	private Set<String> otherPairing = Set.of();

	private final AtomicInteger readings = new AtomicInteger();

	@Test
	void showsNumbers() {
		Health health = health(new DurableStatistics(
				Map.of(DurableState.RECORDED, 2, DurableState.SUBMITTED, 3, DurableState.DECIDED, 4),
				NOW.minusSeconds(90), NOW.minusSeconds(7), 0, 0), null);
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails())
			.isEqualTo(Map.of("pending", 5, "approved", 4, "oldestUnsent", "90 s", "lag", "7 s", "unknown", 0));
	}

	@Test
	void healthWithoutCallsIsUp() {
		Health health = health(new DurableStatistics(Map.of(), null, NOW.plusSeconds(10), 0, 0), null);
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).isEqualTo(Map.of("pending", 0, "approved", 0, "lag", "0 s", "unknown", 0));
	}

	@Test
	void unknownOutcomesAndTroubleDoNotMakeItDown() {
		Health health = health(new DurableStatistics(Map.of(DurableState.UNKNOWN, 2), null, null, 3, 5), "Not paired");
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("unknown", 2)
			.containsEntry("failing", 3)
			.containsEntry("unhandled", 5)
			.containsEntry("askProblem", "Not paired");
		assertThat(health.getDetails().get("warning")).asString().contains("these calls", "'resolve'");
	}

	@Test
	void missingTargetsAreAWarning() {
		this.missing = Set.of("Payouts.pay");
		Health health = health(new DurableStatistics(Map.of(DurableState.DECIDED, 1), null, null, 0, 0), null);
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).doesNotContainKey("warning");
		assertThat(health.getDetails().get("targetWarning")).asString().contains("Payouts.pay");
	}

	@Test
	void showsCallsOfOtherPairings() {
		this.otherPairing = Set.of("Refunds.refund");
		assertThat(health(new DurableStatistics(Map.of(), null, null, 0, 0), null).getDetails().get("pairingWarning"))
			.asString()
			.contains("Refunds.refund", "the pairing that was asked");
	}

	@Test
	void healthWhenMissingTargetsCannotBeReadIsUp() {
		Health health = new DurableHealthIndicator(
				new DurableMonitor(() -> new DurableStatistics(Map.of(), null, null, 0, 0), this.clock), () -> null,
				() -> {
					throw new IllegalStateException("No database");
				}, Set::of, this.clock)
			.health();
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsKey("targetProblem");
	}

	@Test
	void healthWhenDatabaseCannotBeReadIsUnknown() {
		Health health = new DurableHealthIndicator(failing(), () -> null, Set::of, Set::of, this.clock).health();
		assertThat(health.getStatus()).isEqualTo(Status.UNKNOWN);
		assertThat(health.getDetails().get("problem")).asString().contains("IllegalStateException");
	}

	@Test
	void databaseIsReadOnceInFifteenSecondsEvenIfItFails() {
		DurableMonitor monitor = failing();
		for (int i = 0; i < 5; i++) {
			assertThat(monitor.getStatistics()).isNull();
		}
		assertThat(this.readings).hasValue(1);
		this.now.set(NOW.plusSeconds(15));
		assertThat(monitor.getLag()).isNull();
		assertThat(this.readings).hasValue(2);
	}

	/**
	 * A pool of connections can keep its callers longer than a reading is recent.
	 */
	@Test
	void readingThatTakesLongIsNotRepeatedByThoseWhoWaited() {
		DurableMonitor monitor = new DurableMonitor(() -> {
			this.readings.incrementAndGet();
			this.now.set(this.now.get().plusSeconds(30));
			throw new IllegalStateException("No connection");
		}, this.clock);
		for (int i = 0; i < 5; i++) {
			assertThat(monitor.getStatistics()).isNull();
		}
		assertThat(this.readings).hasValue(1);
	}

	@Test
	void nobodyWaitsForTheReadingOfAnotherThread() throws InterruptedException {
		CountDownLatch reading = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		DurableMonitor monitor = new DurableMonitor(() -> {
			reading.countDown();
			Latches.await(end);
			return new DurableStatistics(Map.of(), null, null, 0, 0);
		}, this.clock);
		Thread first = new Thread(monitor::read);
		first.start();
		reading.await();
		Health health = new DurableHealthIndicator(monitor, () -> null, Set::of, Set::of, this.clock).health();
		assertThat(health.getStatus()).isEqualTo(Status.UNKNOWN);
		assertThat(health.getDetails()).containsEntry("problem", "The numbers are read for the first time");
		end.countDown();
		first.join();
		assertThat(monitor.getStatistics()).isNotNull();
	}

	@Test
	void lagGrowsBetweenReadings() {
		DurableMonitor monitor = new DurableMonitor(
				() -> new DurableStatistics(Map.of(), null, NOW.minusSeconds(1), 0, 0), this.clock);
		assertThat(monitor.getLag()).isEqualTo(Duration.ofSeconds(1));
		this.now.set(NOW.plusSeconds(5));
		assertThat(monitor.getLag()).isEqualTo(Duration.ofSeconds(6));
	}

	@Test
	void gaugesShowTheNumbers() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		DurableMonitor monitor = new DurableMonitor(
				() -> new DurableStatistics(Map.of(DurableState.SUBMITTED, 3, DurableState.UNKNOWN, 2), null,
						NOW.minusSeconds(4), 0, 0),
				this.clock);
		monitor.countUnverified();
		new DurableMetrics(monitor).bindTo(registry);
		assertThat(registry.get("airlock.durable.pending").tag("state", "submitted").gauge().value()).isEqualTo(3);
		assertThat(registry.get("airlock.durable.pending").tag("state", "decided").gauge().value()).isZero();
		assertThat(registry.get("airlock.durable.unknown").gauge().value()).isEqualTo(2);
		assertThat(registry.get("airlock.durable.lag").timeGauge().value()).isEqualTo(4);
		assertThat(registry.get("airlock.durable.unverified").functionCounter().count()).isEqualTo(1);
	}

	@Test
	void timesUntilTurnsInTheBudgetAreCounted() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		DurableMonitor monitor = failing();
		new DurableMetrics(monitor).bindTo(registry);
		RequestBudget budget = mock();
		Duration longest = Duration.ofSeconds(30);
		given(budget.takeTurn(longest)).willReturn(Duration.ZERO, Duration.ofMillis(1500))
			.willThrow(new IllegalStateException("down"));
		RequestBudget counted = monitor.count(budget);
		assertThat(counted.takeTurn(longest)).isZero();
		assertThat(counted.takeTurn(longest)).isEqualTo(Duration.ofMillis(1500));
		assertThatIllegalStateException().isThrownBy(() -> counted.takeTurn(longest));
		counted.pause(Duration.ofSeconds(3));
		then(budget).should().pause(Duration.ofSeconds(3));
		FunctionTimer timer = registry.get("airlock.durable.budget.wait").functionTimer();
		assertThat(timer.count()).isEqualTo(2);
		assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(1500);
	}

	@Test
	void gaugesHaveNoValueIfTheDatabaseCannotBeRead() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		new DurableMetrics(failing()).bindTo(registry);
		assertThat(registry.get("airlock.durable.unknown").gauge().value()).isNaN();
		assertThat(registry.get("airlock.durable.lag").timeGauge().value()).isNaN();
	}

	private DurableMonitor failing() {
		return new DurableMonitor(() -> {
			this.readings.incrementAndGet();
			throw new IllegalStateException("No database");
		}, this.clock);
	}

	private Health health(DurableStatistics statistics, String askProblem) {
		return new DurableHealthIndicator(new DurableMonitor(() -> statistics, this.clock), () -> askProblem,
				() -> this.missing, () -> this.otherPairing, this.clock)
			.health();
	}

}
