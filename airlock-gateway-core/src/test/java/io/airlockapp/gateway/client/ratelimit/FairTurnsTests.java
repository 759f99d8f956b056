/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whoever calls and cancels at a high rate delays the approvals of others by seconds, in
 * virtual time, with the default limit of 60 requests per minute.
 */
class FairTurnsTests {

	private static final int LIMIT = 60;

	private static final Duration PERIOD = Duration.ofMillis(60_500);

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private static final long MINUTE = 60 * SECOND;

	/**
	 * What somebody does all the time.
	 */
	enum Storm {

		/** One call in two seconds, cancelled after three. */
		SLOW(2_000, 3_000, (i) -> new RequestOrigin("export", null)),

		/** Clients that disconnect after a quarter of a second. */
		QUICK(250, 250, (i) -> new RequestOrigin("export", null)),

		/** The same of a logged-in user at each of ten methods. */
		MANY_METHODS(100, 250, (i) -> new RequestOrigin("method-" + i % 10, "mallory")),

		/** The same of twenty users at one method. */
		MANY_USERS(100, 250, (i) -> new RequestOrigin("export", "user-" + i % 20)),

		/** The same of clients without a login at two methods. */
		TWO_METHODS(100, 250, (i) -> new RequestOrigin("method-" + i % 2, null)),

		/** Calls that use up a turn, and fail for want of a token. */
		NO_TOKEN(50, -1, (i) -> new RequestOrigin("export", "mallory")),

		/** Calls that wait for a decision for a long time. */
		PATIENT(500, 90_000, (i) -> new RequestOrigin("export", null)),

		/** Clients without a login that disconnect from calls that no gate guards. */
		TEMPLATE(150, 250, (i) -> RequestOrigin.of(null, null));

		private final long interval;

		private final long cancelledAfter;

		private final IntFunction<RequestOrigin> origin;

		Storm(long intervalMillis, long cancelledAfterMillis, IntFunction<RequestOrigin> origin) {
			this.interval = Duration.ofMillis(intervalMillis).toNanos();
			this.cancelledAfter = Duration.ofMillis(cancelledAfterMillis).toNanos();
			this.origin = origin;
		}

	}

	@ParameterizedTest
	@EnumSource
	void stormDelaysOthersBySeconds(Storm storm) {
		World world = new World();
		for (int i = 0; i * storm.interval < 10 * MINUTE; i++) {
			world.call(i * storm.interval, storm.origin.apply(i), storm.cancelledAfter, Long.MAX_VALUE);
		}
		// Another method, and the same method in the name of others
		List<Call> others = new ArrayList<>();
		for (int i = 0; i < 18; i++) {
			others.add(world.call(MINUTE / 3 + i * 31 * SECOND, new RequestOrigin("refund", null), 100 * SECOND, 0));
		}
		world.run();
		System.out.printf("%s: on the phone after %s, decision after %s%n", storm, Call.longest(others, true),
				Call.longest(others, false));
		assertThat(others).allSatisfy((call) -> {
			assertThat(call.submitted).isNotNegative();
			assertThat(Duration.ofNanos(call.seen - call.started)).isBetween(Duration.ZERO, Duration.ofSeconds(10));
		});
		assertThat(world.mostGrantsWithin(PERIOD)).isLessThanOrEqualTo(LIMIT);
	}

	@Test
	void userWithANameIsNotHeldUpByOthersAtTheSameMethod() {
		World world = new World();
		for (int i = 0; i < 2_000; i++) {
			world.call(i * SECOND / 4, new RequestOrigin("export", "mallory"), SECOND / 4, Long.MAX_VALUE);
		}
		assertAliceSeesDecisionsWithin(15, world, MINUTE / 2, 50 * SECOND);
	}

	@Test
	void userWithANameTakesTurnsWithCallersWithoutOne() {
		World world = new World();
		for (int i = 0; i < 1_200; i++) {
			world.call(i * SECOND / 2, new RequestOrigin("export", null), 90 * SECOND, Long.MAX_VALUE);
		}
		assertAliceSeesDecisionsWithin(15, world, 2 * MINUTE, 50 * SECOND);
	}

	/**
	 * Callers who come later, each for the first time, use a method more often than it
	 * has turns.
	 */
	@Test
	void userWhoReturnsIsNotPassedByThoseWhoCameLater() {
		World world = new World();
		for (int i = 0; i < 300; i++) {
			world.call(i * 2 * SECOND, new RequestOrigin("export", "user-" + i), 30 * SECOND, 0);
		}
		assertAliceSeesDecisionsWithin(45, world, 0, 60 * SECOND);
	}

	private static void assertAliceSeesDecisionsWithin(int seconds, World world, long first, long interval) {
		List<Call> calls = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			calls.add(world.call(first + i * interval, new RequestOrigin("export", "alice"), 100 * SECOND, 0));
		}
		world.run();
		assertThat(calls).allSatisfy((call) -> assertThat(Duration.ofNanos(call.seen - call.started))
			.isBetween(Duration.ZERO, Duration.ofSeconds(seconds)));
	}

	@Test
	void applicationItselfIsNotHeldUpByCallsWithoutAGate() {
		World world = new World();
		for (int i = 0; i < 600; i++) {
			world.call(i * SECOND, RequestOrigin.of(null, null), 90 * SECOND, Long.MAX_VALUE);
		}
		List<Call> policies = new ArrayList<>();
		for (int i = 0; i < 15; i++) {
			policies.add(world.call(MINUTE + i * 20 * SECOND, RequestOrigin.APPLICATION, 5 * SECOND, 0));
		}
		world.run();
		assertThat(policies).allSatisfy((call) -> assertThat(call.submitted).isNotNegative());
	}

	@Test
	void submissionsOfOneMethodAreSentAtAnEvenRateAfterABurst() {
		World world = new World();
		List<Call> calls = new ArrayList<>();
		for (int i = 0; i < 30; i++) {
			calls.add(world.call(0, new RequestOrigin("export", null), 10 * MINUTE, 0));
		}
		world.run();
		List<Long> submitted = calls.stream().map((call) -> call.submitted).sorted().toList();
		assertThat(submitted.get(4)).isLessThan(SECOND);
		assertThat(submitted.get(29)).isBetween(70 * SECOND, 80 * SECOND);
	}

	@Test
	void submissionsOfDifferentMethodsTakeTurns() {
		RequestQueue<Call> queue = new RequestQueue<>(new SlidingWindow(LIMIT, PERIOD));
		Call first = new Call(RequestPriority.SHORT, new RequestOrigin("a", null), 0);
		Call second = new Call(RequestPriority.SHORT, new RequestOrigin("a", null), 0);
		Call other = new Call(RequestPriority.SHORT, new RequestOrigin("b", null), 0);
		List.of(first, second, other).forEach(queue::add);
		assertThat(queue.take(first, 0)).isTrue();
		assertThat(queue.take(second, 0)).isFalse();
		assertThat(queue.take(other, 0)).isTrue();
		assertThat(queue.take(second, 0)).isTrue();
	}

	@Test
	void waitsAndSubmissionsTakeTurns() {
		RequestQueue<Call> queue = new RequestQueue<>(new SlidingWindow(LIMIT, PERIOD));
		List<Call> submissions = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			submissions.add(new Call(RequestPriority.SHORT, RequestOrigin.APPLICATION, 0));
			queue.add(submissions.get(i));
		}
		Call wait = new Call(RequestPriority.WAIT, RequestOrigin.APPLICATION, 0);
		queue.add(wait);
		assertThat(queue.take(submissions.get(0), 0)).isTrue();
		assertThat(queue.take(submissions.get(1), 0)).isFalse();
		assertThat(queue.take(wait, 0)).isTrue();
		assertThat(queue.take(submissions.get(1), 0)).isTrue();
	}

	/**
	 * A call of a guarded method, or one of its requests in the queue.
	 */
	private static final class Call implements RequestQueue.Call {

		private final RequestPriority priority;

		private final RequestOrigin origin;

		private final long started;

		private @Nullable Runnable sent;

		private @Nullable Call queued;

		private long submitted = -1;

		private long seen = -1;

		private boolean over;

		private Call(RequestPriority priority, RequestOrigin origin, long started) {
			this.priority = priority;
			this.origin = origin;
			this.started = started;
		}

		@Override
		public RequestPriority priority() {
			return this.priority;
		}

		@Override
		public RequestOrigin origin() {
			return this.origin;
		}

		@Override
		public long deadline() {
			return this.started + 100 * SECOND;
		}

		private static String longest(List<Call> calls, boolean submission) {
			boolean lost = calls.stream().anyMatch((call) -> (submission ? call.submitted : call.seen) < 0);
			long nanos = calls.stream()
				.mapToLong((call) -> (submission ? call.submitted : call.seen) - call.started)
				.max()
				.orElseThrow();
			return lost ? "never" : Duration.ofNanos(nanos).toMillis() + " ms";
		}

	}

	private static final class World extends VirtualQueue<Call> {

		private World() {
			super(LIMIT, PERIOD);
		}

		/**
		 * Call a guarded method.
		 * @param cancelledAfter when the caller cancels it, negative if it fails once it
		 * has its turn
		 * @param decidedAfter when it is decided after it was submitted
		 */
		private Call call(long time, RequestOrigin origin, long cancelledAfter, long decidedAfter) {
			Call call = new Call(RequestPriority.SHORT, origin, time);
			at(time, () -> enqueue(call, RequestPriority.SHORT, () -> {
				if (cancelledAfter >= 0) {
					call.submitted = this.now;
					await(call, (decidedAfter == Long.MAX_VALUE) ? Long.MAX_VALUE : this.now + decidedAfter);
				}
			}));
			if (cancelledAfter >= 0) {
				at(time + cancelledAfter, () -> cancel(call));
			}
			return call;
		}

		private void await(Call call, long decided) {
			enqueue(call, RequestPriority.WAIT, () -> {
				long end = Math.min(this.now + 25 * SECOND, Math.max(this.now, decided));
				at(end, () -> {
					if (!call.over && decided <= end) {
						call.over = true;
						call.seen = this.now;
					}
					else if (!call.over) {
						await(call, decided);
					}
				});
			});
		}

		private void cancel(Call call) {
			if (call.over) {
				return;
			}
			call.over = true;
			if (call.queued != null) {
				this.queue.remove(call.queued);
			}
			// What was not sent is not withdrawn
			if (call.submitted >= 0) {
				enqueue(call, RequestPriority.CONTROL, () -> {
				});
				Call withdrawal = call.queued;
				at(this.now + 10 * SECOND, () -> this.queue.remove(withdrawal));
			}
		}

		private void enqueue(Call call, RequestPriority priority, Runnable action) {
			Call request = new Call(priority, call.origin, call.started);
			request.sent = () -> {
				call.queued = null;
				action.run();
			};
			call.queued = request;
			this.queue.add(request);
		}

		@Override
		protected void makeCalls() {
			boolean any = true;
			while (any) {
				any = false;
				for (RequestPriority priority : RequestPriority.values()) {
					Call call = this.queue.next(priority, this.now);
					if (call != null && this.queue.take(call, this.now)) {
						this.grants.add(this.now);
						call.sent.run();
						any = true;
					}
				}
			}
		}

	}

}
