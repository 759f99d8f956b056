/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * A gateway with a quota, the instances that share it, and the network between them, in
 * simulated time. Approvals are pending all the time, and heartbeats are sent.
 */
final class SimulatedGateway {

	static final int QUOTA = 60;

	static final Duration PERIOD = Duration.ofSeconds(10);

	static final Duration HEARTBEAT_PATIENCE = Duration.ofSeconds(5);

	private static final long HOLD = Duration.ofSeconds(25).toNanos();

	private static final long ONE_WAY = Duration.ofMillis(20).toNanos();

	private static final long TO_DATABASE = Duration.ofMillis(1).toNanos();

	private static final long DATABASE_TIMEOUT = Duration.ofSeconds(2).toNanos();

	private static final long END = Duration.ofSeconds(300).toNanos();

	private final PriorityQueue<Event> events = new PriorityQueue<>(
			Comparator.comparingLong(Event::time).thenComparingLong(Event::number));

	private final List<Instance> instances = new ArrayList<>();

	private final Deque<Long> quota = new ArrayDeque<>();

	private final List<Long> arrivals = new ArrayList<>();

	private final Random random = new Random(1);

	private final @Nullable RequestBudget budget;

	private Supplier<Database> database = () -> Database.UP;

	private long now;

	private long number;

	private int requests;

	private int refused;

	SimulatedGateway(int instances, int pending) {
		this(null, IntStream.generate(() -> pending).limit(instances).boxed().toList(), Duration.ZERO);
	}

	/**
	 * Create a gateway with instances that share a budget.
	 * @param budget the budget
	 * @param pending the number of pending approvals of each instance
	 * @param skew the difference between the clocks of two instances
	 */
	SimulatedGateway(@Nullable RequestBudget budget, List<Integer> pending, Duration skew) {
		this.budget = budget;
		for (int i = 0; i < pending.size(); i++) {
			Instance instance = new Instance(i * skew.toNanos(), budget, () -> this.now);
			this.instances.add(instance);
			for (int j = 0; j < pending.get(i); j++) {
				long deadline = END + j;
				at(this.random.nextInt(1000) * 1_000_000L,
						() -> instance.add(RequestPriority.SHORT, deadline, () -> await(instance, deadline)));
			}
			for (long time = i * 1_000_000_000L; time < END; time += Duration.ofSeconds(30).toNanos()) {
				long due = time;
				at(due, () -> instance.add(RequestPriority.CONTROL, due + HEARTBEAT_PATIENCE.toNanos(),
						() -> instance.heartbeats.add(Duration.ofNanos(this.now - due))));
			}
		}
	}

	private void await(Instance instance, long deadline) {
		long added = this.now;
		instance.add(RequestPriority.WAIT, deadline, () -> {
			instance.queued.add(Duration.ofNanos(this.now - added));
			at(this.now + HOLD, () -> await(instance, deadline));
		});
	}

	/**
	 * Use the whole quota, like another application of the same user.
	 * @param time the time
	 */
	void exhaustQuotaAt(Duration time) {
		at(time.toNanos(), () -> {
			this.quota.clear();
			for (int i = 0; i < QUOTA; i++) {
				this.quota.add(this.now);
			}
		});
	}

	void database(Supplier<Database> state) {
		this.database = state;
	}

	Duration now() {
		return Duration.ofNanos(this.now);
	}

	int requests() {
		return this.requests;
	}

	int refused() {
		return this.refused;
	}

	List<Instance> instances() {
		return this.instances;
	}

	long arrivalsBetween(Duration from, Duration to) {
		return this.arrivals.stream().filter((time) -> time >= from.toNanos() && time < to.toNanos()).count();
	}

	@Override
	public String toString() {
		return "%d of %d requests refused, accepted %s, longest heartbeat %s, longest time in the queue %s".formatted(
				this.refused, this.requests,
				this.instances.stream().map((instance) -> "" + instance.accepted).collect(Collectors.joining("/")),
				this.instances.stream().flatMap((instance) -> instance.heartbeats.stream()).max(Duration::compareTo),
				this.instances.stream().flatMap((instance) -> instance.queued.stream()).max(Duration::compareTo));
	}

	private void at(long time, Runnable action) {
		this.events.add(new Event(time, this.number++, action));
	}

	void run() {
		while (this.now < END) {
			this.instances.forEach(this::send);
			long next = this.instances.stream().mapToLong(this::nextTurn).min().orElseThrow();
			if (!this.events.isEmpty() && (next == Long.MAX_VALUE || this.events.peek().time() <= this.now + next)) {
				Event event = this.events.remove();
				this.now = event.time();
				event.action().run();
			}
			else if (next != Long.MAX_VALUE) {
				this.now += next;
			}
			else {
				return;
			}
		}
	}

	private void send(Instance instance) {
		for (RequestPriority priority : RequestPriority.values()) {
			Request request = instance.queue.next(priority, instance.time(this.now));
			while (request != null && isSent(instance, request)) {
				request = instance.queue.next(priority, instance.time(this.now));
			}
		}
	}

	private boolean isSent(Instance instance, Request request) {
		boolean taken = instance.queue.take(request, instance.time(this.now));
		if (taken && this.budget != null) {
			awaitTurn(instance, request);
		}
		else if (taken) {
			at(this.now + ONE_WAY, () -> receive(instance, request));
		}
		return taken;
	}

	private void awaitTurn(Instance instance, Request request) {
		if (!instance.shared.begin()) {
			at(this.now + ONE_WAY, () -> receive(instance, request));
			return;
		}
		boolean urgent = request.priority() == RequestPriority.CONTROL;
		LongConsumer hold = (wait) -> {
			if (!urgent) {
				instance.queue.hold(request, instance.time(this.now) + wait + SharedBudget.MAX_RESPONSE_TIME.toNanos());
			}
		};
		Runnable turn = () -> {
			instance.queue.release(request);
			at(this.now + ONE_WAY, () -> receive(instance, request));
		};
		hold.accept(0);
		long headStart = urgent ? PERIOD.toNanos() / 3 : 0;
		callDatabase(() -> {
			long wait = Math.max(0, this.budget.takeTurn(Duration.ofDays(1)).toNanos() - headStart);
			at(this.now + TO_DATABASE, () -> {
				instance.shared.end(false);
				hold.accept(wait);
			});
			at(this.now + TO_DATABASE + wait, turn);
		}, () -> {
			instance.shared.end(true);
			turn.run();
		});
	}

	private void callDatabase(Runnable call, Runnable failed) {
		at(this.now + TO_DATABASE, () -> {
			switch (this.database.get()) {
				case UP -> call.run();
				case DOWN -> at(this.now + TO_DATABASE, failed);
				case HANGING -> at(this.now + DATABASE_TIMEOUT, failed);
			}
		});
	}

	private void receive(Instance instance, Request request) {
		this.requests++;
		this.arrivals.add(this.now);
		while (!this.quota.isEmpty() && this.quota.peek() <= this.now - PERIOD.toNanos()) {
			this.quota.remove();
		}
		if (this.quota.size() < QUOTA) {
			this.quota.add(this.now);
			instance.accepted++;
			at(this.now + ONE_WAY, request.accepted());
			return;
		}
		this.refused++;
		Duration pause = Duration
			.ofSeconds(Duration.ofNanos(this.quota.element() + PERIOD.toNanos() - this.now).toSeconds() + 1);
		at(this.now + ONE_WAY, () -> {
			instance.window.refused(instance.time(this.now));
			instance.window.pauseUntil(instance.time(this.now) + pause.toNanos());
			instance.queue.add(request);
			if (this.budget != null && instance.shared.begin()) {
				callDatabase(() -> {
					this.budget.pause(pause);
					instance.shared.end(false);
				}, () -> instance.shared.end(true));
			}
		});
	}

	private long nextTurn(Instance instance) {
		long next = Long.MAX_VALUE;
		for (RequestPriority priority : RequestPriority.values()) {
			Request request = instance.queue.next(priority, instance.time(this.now));
			if (request != null) {
				next = Math.min(next, instance.queue.delay(request, instance.time(this.now)));
			}
		}
		return next;
	}

	/**
	 * State of the database with the budget.
	 */
	enum Database {

		UP, DOWN, HANGING

	}

	/**
	 * One instance.
	 */
	static final class Instance {

		private final SlidingWindow window = new SlidingWindow(QUOTA, PERIOD.plusMillis(500));

		private final RequestQueue<Request> queue = new RequestQueue<>(this.window);

		private final SharedBudget shared;

		private final List<Duration> heartbeats = new ArrayList<>();

		private final List<Duration> queued = new ArrayList<>();

		private final long skew;

		private int accepted;

		private Instance(long skew, RequestBudget budget, LongSupplier clock) {
			this.skew = skew;
			this.shared = new SharedBudget(budget, new Ticker() {

				@Override
				public long nanoTime() {
					return time(clock.getAsLong());
				}

				@Override
				public void sleep(Duration duration) {
					throw new UnsupportedOperationException();
				}

			});
		}

		private void add(RequestPriority priority, long deadline, Runnable accepted) {
			this.queue.add(new Request(priority, time(deadline), accepted));
		}

		private long time(long time) {
			return time + this.skew;
		}

		/**
		 * Return the times from when heartbeats were due until they were accepted.
		 */
		List<Duration> heartbeats() {
			return this.heartbeats;
		}

		/**
		 * Return the times from when waits were queued until they were accepted.
		 */
		List<Duration> queued() {
			return this.queued;
		}

		int accepted() {
			return this.accepted;
		}

	}

	private record Event(long time, long number, Runnable action) {
	}

	private record Request(RequestPriority priority, long deadline, Runnable accepted) implements RequestQueue.Call {
	}

}
