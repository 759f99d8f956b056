/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A day at the rate gate in no time: the queue and the budget against a simulated clock.
 */
class RequestQueueVirtualTimeTests {

	private static final int LIMIT = 60;

	private static final Duration PERIOD = Duration.ofSeconds(60);

	private static final Duration SHORT_PERIOD = Duration.ofSeconds(10);

	private static final Duration HOLD = Duration.ofSeconds(25);

	private static final Duration TIMEOUT = Duration.ofHours(1);

	@ParameterizedTest
	@ValueSource(ints = { 1, 20, 200, 500 })
	void budgetIsNotExceededAndEachDecisionIsReceived(int approvals) {
		World world = new World(LIMIT, PERIOD);
		Random random = new Random(approvals);
		for (int i = 0; i < approvals; i++) {
			long submitted = seconds(random.nextInt(60));
			world.submit(submitted, seconds(120 + random.nextInt(1200)));
		}
		world.run();
		assertThat(world.mostGrantsWithin(PERIOD)).isLessThanOrEqualTo(LIMIT);
		assertThat(world.exchanges).hasSize(approvals);
		assertThat(world.exchanges.stream().mapToLong((exchange) -> exchange.seen).min().orElseThrow()).isPositive();
		// Until its next turn, all others may have two waits, a submission and an
		// acknowledgement
		long turns = 4L * approvals * PERIOD.toNanos() / (LIMIT - 12);
		assertThat(
				world.exchanges.stream().mapToLong((exchange) -> exchange.seen - exchange.decided).max().orElseThrow())
			.isLessThanOrEqualTo(turns + HOLD.toNanos() + PERIOD.toNanos());
	}

	/**
	 * A submission and a wait for each is the least that a decision takes.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 60, 200, 500 })
	void decisionsAreSeenNearlyAsSoonAsTheBudgetAllows(int approvals) {
		World world = new World(LIMIT, SHORT_PERIOD);
		for (int i = 0; i < approvals; i++) {
			world.submit(0, 0);
		}
		world.run();
		long least = 2L * approvals * SHORT_PERIOD.toNanos() / LIMIT;
		assertThat(world.exchanges.stream().mapToLong((exchange) -> exchange.seen).max().orElseThrow())
			.isLessThanOrEqualTo(least * 12 / 10);
		assertThat(world.mostGrantsWithin(SHORT_PERIOD)).isLessThanOrEqualTo(LIMIT);
	}

	/**
	 * The gate of an application keeps half a second's distance from the end of the
	 * period.
	 */
	@Test
	void decisionsAreSeenNearlyAsSoonAsTheBudgetAllowsEvenWithTheGatesDistance() {
		World world = new World(LIMIT, SHORT_PERIOD.plusMillis(500));
		for (int i = 0; i < 200; i++) {
			world.submit(0, 0);
		}
		world.run();
		assertThat(world.exchanges.stream().mapToLong((exchange) -> exchange.seen).max().orElseThrow())
			.isLessThanOrEqualTo(seconds(67) * 12 / 10);
	}

	@Test
	void decisionsAreReceivedBeforeReceiptsAreSent() {
		World world = new World(LIMIT, SHORT_PERIOD);
		for (int i = 0; i < 200; i++) {
			world.submit(0, seconds(60));
		}
		world.run();
		assertThat(world.receipts).hasSize(200);
		long lastSeen = world.exchanges.stream().mapToLong((exchange) -> exchange.seen).max().orElseThrow();
		assertThat(lastSeen - seconds(60)).isLessThanOrEqualTo(200 * SHORT_PERIOD.toNanos() / LIMIT * 12 / 10);
		assertThat(world.receipts).filteredOn((sent) -> sent < lastSeen).hasSizeLessThanOrEqualTo(LIMIT);
	}

	@Test
	void receiptsAreSentWhileOthersAreHeldAtTheGateway() {
		World world = new World(LIMIT, PERIOD);
		for (int i = 0; i < 10; i++) {
			world.submit(0, seconds(1800));
		}
		world.submit(0, seconds(30));
		world.run();
		assertThat(world.receipts.get(0)).isLessThanOrEqualTo(seconds(30) + HOLD.toNanos());
	}

	@Test
	void healthWaitsForAQuietMoment() {
		World world = new World(LIMIT, PERIOD);
		for (int i = 0; i < 200; i++) {
			world.submit(0, seconds(1800));
		}
		QueuedCall check = new QueuedCall(RequestPriority.HEALTH, seconds(100), () -> {
		});
		world.at(seconds(10), () -> {
			world.queue.add(check);
			assertThat(world.queue.take(check, world.now)).isFalse();
			world.queue.remove(check);
		});
		world.run();
		SlidingWindow quiet = new SlidingWindow(LIMIT, PERIOD);
		int checks = 0;
		while (quiet.delay(RequestPriority.HEALTH, false, 0) == 0) {
			quiet.grant(RequestPriority.HEALTH, false, 0);
			checks++;
		}
		assertThat(checks).isPositive().isLessThanOrEqualTo(LIMIT / 2);
		assertThat(quiet.delay(RequestPriority.SHORT, false, 0)).isZero();
		assertThat(quiet.delay(RequestPriority.WAIT, false, 0)).isZero();
	}

	@Test
	void submitsAreNotStarvedByWaits() {
		World world = new World(LIMIT, PERIOD);
		for (int i = 0; i < 200; i++) {
			world.submit(0, seconds(3000));
		}
		Exchange late = world.submit(seconds(900), seconds(3000));
		world.run();
		assertThat(late.submitted - seconds(900)).isLessThanOrEqualTo(seconds(2));
	}

	@Test
	void heartbeatsAreNotStarvedByAnything() {
		World world = new World(LIMIT, PERIOD);
		for (int i = 0; i < 200; i++) {
			world.submit(0, seconds(3000));
		}
		for (int i = 1; i < 60; i++) {
			world.heartbeat(seconds(30 * i));
		}
		world.run();
		assertThat(world.heartbeatDelays).hasSize(59)
			.allSatisfy((delay) -> assertThat(delay).isLessThanOrEqualTo(seconds(1)));
	}

	@Test
	void waitsThatExpireFirstGoFirst() {
		RequestQueue<Call> queue = new RequestQueue<>(new SlidingWindow(LIMIT, PERIOD));
		Call later = new Call(RequestPriority.WAIT, 300);
		Call sooner = new Call(RequestPriority.WAIT, 100);
		Call between = new Call(RequestPriority.WAIT, 200);
		List.of(later, sooner, between).forEach(queue::add);
		assertThat(queue.next(RequestPriority.WAIT, 0)).isSameAs(sooner);
		assertThat(queue.take(later, 0)).isFalse();
		assertThat(queue.take(sooner, 0)).isTrue();
		// The next turn is for the one that has queued longest
		assertThat(queue.take(between, 0)).isFalse();
		assertThat(queue.take(later, 0)).isTrue();
		assertThat(queue.take(between, 0)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void requestThatCannotBeAddedForWantOfMemoryDoesNotBlockOthers(boolean arrived) {
		RequestQueue<RequestQueue.Call> queue = new RequestQueue<>(new SlidingWindow(LIMIT, PERIOD));
		StarvedCall starved = new StarvedCall(RequestPriority.WAIT, arrived);
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> queue.add(starved));
		if (arrived) {
			queue.remove(starved);
		}
		assertThat(queue.next(RequestPriority.WAIT, 0)).isNull();
		Call other = new Call(RequestPriority.WAIT, seconds(60));
		queue.add(other);
		assertThat(queue.take(other, 0)).isTrue();
	}

	@Test
	void requestBehindOthersChecksOrderAgainLater() {
		RequestQueue<Call> queue = new RequestQueue<>(new SlidingWindow(LIMIT, PERIOD));
		Call submission = new Call(RequestPriority.SHORT, seconds(60));
		Call health = new Call(RequestPriority.HEALTH, seconds(60));
		queue.add(submission);
		queue.add(health);
		assertThat(queue.delay(health, 0)).isEqualTo(seconds(1));
		assertThat(queue.take(submission, 0)).isTrue();
		assertThat(queue.delay(health, 0)).isZero();
	}

	@Test
	void pauseStopsAllRequestsAndEndsInSteps() {
		SlidingWindow budget = new SlidingWindow(LIMIT, PERIOD);
		budget.pauseUntil(seconds(30));
		budget.pauseUntil(seconds(20));
		for (RequestPriority priority : RequestPriority.values()) {
			assertThat(budget.delay(priority, false, 0)).isEqualTo(seconds(30));
			assertThat(budget.delay(priority, false, seconds(30))).isZero();
		}
		budget.grant(RequestPriority.SHORT, false, seconds(30));
		assertThat(budget.delay(RequestPriority.SHORT, false, seconds(30))).isEqualTo(seconds(1));
		budget.grant(RequestPriority.SHORT, false, seconds(31));
		budget.grant(RequestPriority.SHORT, false, seconds(91));
		assertThat(budget.delay(RequestPriority.SHORT, false, seconds(91))).isZero();
	}

	private static long seconds(long seconds) {
		return Duration.ofSeconds(seconds).toNanos();
	}

	private record Call(RequestPriority priority, long deadline) implements RequestQueue.Call {

	}

	/**
	 * A call for which the memory runs out before or after it has arrived.
	 */
	private record StarvedCall(RequestPriority priority, boolean arrived) implements RequestQueue.Call {

		@Override
		public long deadline() {
			throw new OutOfMemoryError();
		}

		@Override
		public int hashCode() {
			if (!this.arrived) {
				throw new OutOfMemoryError();
			}
			return 1;
		}

	}

	private static final class Exchange {

		private final long decided;

		private final long deadline;

		private long submitted;

		private long seen;

		private Exchange(long decided, long deadline) {
			this.decided = decided;
			this.deadline = deadline;
		}

	}

	/**
	 * A call that is queued, with what happens when it is made.
	 */
	private record QueuedCall(RequestPriority priority, long deadline, Runnable made) implements RequestQueue.Call {
	}

	private static final class World extends VirtualQueue<QueuedCall> {

		private final List<Exchange> exchanges = new ArrayList<>();

		private final List<Long> receipts = new ArrayList<>();

		private final List<Long> heartbeatDelays = new ArrayList<>();

		private World(int limit, Duration period) {
			super(limit, period);
		}

		private Exchange submit(long time, long decided) {
			Exchange exchange = new Exchange(decided, time + TIMEOUT.toNanos());
			this.exchanges.add(exchange);
			at(time, () -> enqueue(RequestPriority.SHORT, exchange.deadline, () -> {
				exchange.submitted = this.now;
				await(exchange);
			}));
			return exchange;
		}

		private void await(Exchange exchange) {
			enqueue(RequestPriority.WAIT, exchange.deadline, () -> {
				if (exchange.decided <= this.now + HOLD.toNanos()) {
					at(Math.max(this.now, exchange.decided), () -> {
						exchange.seen = this.now;
						enqueue(RequestPriority.ACKNOWLEDGE, exchange.deadline, () -> this.receipts.add(this.now));
					});
				}
				else {
					at(this.now + HOLD.toNanos(), () -> await(exchange));
				}
			});
		}

		private void heartbeat(long time) {
			at(time, () -> enqueue(RequestPriority.CONTROL, time + seconds(5),
					() -> this.heartbeatDelays.add(this.now - time)));
		}

		private void enqueue(RequestPriority priority, long deadline, Runnable made) {
			this.queue.add(new QueuedCall(priority, deadline, made));
		}

		@Override
		protected void makeCalls() {
			for (RequestPriority priority : RequestPriority.values()) {
				QueuedCall call = this.queue.next(priority, this.now);
				while (call != null && this.queue.take(call, this.now)) {
					this.grants.add(this.now);
					call.made().run();
					call = this.queue.next(priority, this.now);
				}
			}
		}

	}

}
