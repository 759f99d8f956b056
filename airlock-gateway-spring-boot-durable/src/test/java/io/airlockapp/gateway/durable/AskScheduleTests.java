/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.airlockapp.gateway.durable.PendingCounts.Counts;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AskSchedule}.
 */
class AskScheduleTests {

	private static final Instant RECORDED = Instant.parse("2026-11-26T10:00:00Z");

	private static final Instant EXPIRES = RECORDED.plus(Duration.ofHours(24));

	private static final Instant START_BY = EXPIRES.plus(Duration.ofMinutes(5));

	private static final DurableSettings SETTINGS = TestInstance.settings(Duration.ofMinutes(5), 0);

	private final AskSchedule schedule = new AskSchedule(SETTINGS, () -> Long.MIN_VALUE >>> 1);

	private final DurableApproval call = new DurableApproval("req-1", "Refunds.refund", "Refund",
			DurableState.SUBMITTED, null, RECORDED, EXPIRES, START_BY, null, null, null, null, null, null, 1, List.of(),
			List.of());

	@Test
	void gatewayHoldsRequestsForAllOfTheTimeWhileThereAreThreads() {
		assertThat(this.schedule.hold(counts(1, 1))).isEqualTo(Duration.ofSeconds(25));
		assertThat(this.schedule.hold(counts(4, 4))).isEqualTo(Duration.ofSeconds(25));
	}

	@Test
	void holdTimeIsSharedByManyCalls() {
		assertThat(this.schedule.hold(counts(10, 10))).isEqualTo(Duration.ofSeconds(10));
		assertThat(this.schedule.hold(counts(1000, 10))).isEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void fewCallsArePolledContinuously() {
		assertThat(next(counts(4, 4), RECORDED.plusSeconds(60)))
			.isEqualTo(new NextStep(Step.ASK_FIRST, RECORDED.plusSeconds(61)));
	}

	@Test
	void manyYoungCallsShareHalfOfTheBudget() {
		NextStep next = next(counts(100, 100), RECORDED.plusSeconds(30));
		assertThat(next.step()).isEqualTo(Step.ASK_FIRST);
		// 100 calls at 15 requests in a minute
		assertThat(Duration.between(RECORDED.plusSeconds(30), next.time()).toSeconds()).isBetween(360L, 440L);
	}

	@Test
	void youngCallsAmongFewArePolledByAge() {
		NextStep next = next(counts(5, 1), RECORDED.plusSeconds(60));
		assertThat(Duration.between(RECORDED.plusSeconds(60), next.time()).toMillis()).isBetween(13_500L, 16_500L);
	}

	@Test
	void otherCallsArePolledWithLowerPriority() {
		Instant now = RECORDED.plus(Duration.ofHours(2));
		NextStep next = next(counts(1000, 0), now);
		assertThat(next.step()).isEqualTo(Step.ASK);
		assertThat(Duration.between(now, next.time()).toSeconds()).isBetween(2571L, 3143L);
	}

	@Test
	void youngCallsDoNotSlowDownOthers() {
		Instant now = RECORDED.plus(Duration.ofHours(2));
		NextStep next = next(counts(2000, 1000), now);
		assertThat(Duration.between(now, next.time()).toSeconds()).isBetween(2571L, 3143L);
	}

	@Test
	void asManyCallsAsGroupsCanHaveAreSpreadOverTheBudget() {
		Instant now = RECORDED.plus(Duration.ofHours(2));
		NextStep next = next(counts(36_000, 35_000), now);
		assertThat(Duration.between(now, next.time()).toSeconds()).isBetween(2571L, 3143L);
		// Not before the expiry
		assertThat(next(counts(36_000, 0), now).time()).isEqualTo(EXPIRES.plusSeconds(5));
	}

	@Test
	void intervalsVaryByATenth() {
		Instant now = RECORDED.plus(Duration.ofHours(2));
		AskSchedule shortest = new AskSchedule(SETTINGS, () -> 0);
		AskSchedule longest = new AskSchedule(SETTINGS, () -> -1);
		assertThat(shortest.next(this.call, counts(6, 0), now).time()).isEqualTo(now.plusSeconds(108));
		assertThat(longest.next(this.call, counts(6, 0), now).time()).isBetween(now.plusMillis(131_900),
				now.plusSeconds(132));
	}

	@Test
	void callLeftToOthersAfterExpiryIsNotDelayedByBudget() {
		Instant now = EXPIRES.plusSeconds(20);
		NextStep left = this.schedule.leave(this.call, counts(100, 100), now);
		assertThat(left.step()).isEqualTo(Step.ASK_FIRST);
		assertThat(Duration.between(now, left.time())).isBetween(AskSchedule.LAST_LOOK.dividedBy(2),
				AskSchedule.LAST_LOOK.multipliedBy(3).dividedBy(2));
		assertThat(Duration.between(now, this.schedule.later(this.call, counts(100, 100), now).time()))
			.isGreaterThan(Duration.ofMinutes(2));
	}

	@Test
	void callIsPolledFirstShortlyBeforeExpiry() {
		assertThat(next(counts(10, 0), EXPIRES.minusSeconds(250)).step()).isEqualTo(Step.ASK_FIRST);
	}

	@Test
	void requestIsNotRepeatedForTheExpiry() {
		assertThat(next(counts(1000, 1000), EXPIRES.minusSeconds(60)).time()).isEqualTo(EXPIRES.plusSeconds(5));
	}

	@Test
	void requestAboutTheOnlyExpiredCallOfACallerDoesNotWait() {
		assertThat(this.schedule.turn("req-1", this.call, 1)).isEqualTo(EXPIRES);
		assertThat(this.schedule.turn("req-1", this.call, 0)).isEqualTo(EXPIRES);
	}

	@Test
	void requestsAboutExpiredCallsOfACallerAreSpread() {
		// 210 calls at 21 requests in a minute
		Map<Long, Long> byMinute = Stream.generate(() -> "req-" + UUID.randomUUID())
			.limit(10_000)
			.map((id) -> Duration.between(EXPIRES, this.schedule.turn(id, this.call, 211)).toMinutes())
			.collect(Collectors.groupingBy((minute) -> minute, Collectors.counting()));
		assertThat(byMinute).containsOnlyKeys(LongStream.range(0, 10).boxed().toArray(Long[]::new));
		assertThat(byMinute.values()).allSatisfy((number) -> assertThat(number).isBetween(800L, 1200L));
	}

	@Test
	void stateIsRequestedAfterTheExpiry() {
		assertThat(next(counts(1000, 1000), EXPIRES.minusSeconds(10)).time()).isEqualTo(EXPIRES.plusSeconds(5));
		assertThat(next(counts(1, 1), EXPIRES.plusSeconds(1)).time()).isEqualTo(EXPIRES.plusSeconds(5));
	}

	@Test
	void retriesEndWithTheTimeToStart() {
		assertThat(this.schedule.limit(this.call, Instant.MAX, EXPIRES.plusSeconds(60))).isEqualTo(START_BY);
	}

	private NextStep next(Counts counts, Instant now) {
		return this.schedule.next(this.call, counts, now);
	}

	private static Counts counts(int pending, int young) {
		return new Counts(RECORDED, pending, young);
	}

}
