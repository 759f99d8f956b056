package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for several instances that share the quota of one gateway without knowledge of
 * each other, in simulated time.
 */
class SharedQuotaTests {

	private static final int QUOTA = 60;

	private static final long PERIOD = Duration.ofSeconds(10).toNanos();

	private static final long HOLD = Duration.ofSeconds(25).toNanos();

	private static final long ONE_WAY = Duration.ofMillis(20).toNanos();

	private static final long END = Duration.ofSeconds(300).toNanos();

	@ParameterizedTest
	@CsvSource({ "1,0", "2,5", "3,5", "5,10" })
	void fewRequestsAreRefused(int instances, int percent) {
		World world = new World(instances, 40);
		world.run();
		assertThat(world.requests).isGreaterThan(400);
		assertThat(100.0 * world.refused / world.requests).as("%d of %d refused", world.refused, world.requests)
			.isLessThanOrEqualTo(percent);
	}

	@Test
	void quotaIsUsed() {
		World world = new World(3, 40);
		world.run();
		assertThat(world.requests - world.refused).isGreaterThan((int) (QUOTA * (END / PERIOD) * 7 / 10));
	}

	@Test
	void noInstanceIsStarved() {
		World world = new World(3, 40);
		world.run();
		int fair = (world.requests - world.refused) / 3;
		assertThat(world.instances).allSatisfy((instance) -> assertThat(instance.accepted).isGreaterThan(fair / 3));
	}

	@Test
	void heartbeatsAreOnTime() {
		World world = new World(3, 40);
		world.run();
		assertThat(world.instances).allSatisfy((instance) -> assertThat(instance.heartbeats).hasSizeGreaterThan(8));
	}

	@Test
	void shareRecovers() {
		QuotaShare share = new QuotaShare(60, PERIOD);
		share.refused(0);
		assertThat(share.current(0)).isEqualTo(40);
		share.refused(PERIOD / 4);
		assertThat(share.current(PERIOD / 4)).isEqualTo(40);
		share.refused(PERIOD * 3 / 4);
		assertThat(share.current(PERIOD * 3 / 4)).isEqualTo(26);
		assertThat(share.current(PERIOD * 7 / 4)).isEqualTo(27);
		assertThat(share.current(PERIOD * 40)).isEqualTo(60);
	}

	@Test
	void shareIsNeverLessThanTheLeastLimit() {
		QuotaShare share = new QuotaShare(60, PERIOD);
		for (int i = 0; i < 20; i++) {
			share.refused(i * PERIOD * 3 / 4);
		}
		assertThat(share.current(15 * PERIOD)).isGreaterThanOrEqualTo(5);
	}

	private record Event(long time, long number, Runnable action) {
	}

	private record Request(RequestPriority priority, long deadline, Runnable accepted) implements RequestQueue.Call {
	}

	/**
	 * One instance with approvals that are pending all the time.
	 */
	private static final class Instance {

		private final SlidingWindow window = new SlidingWindow(QUOTA, Duration.ofNanos(PERIOD).plusMillis(500));

		private final RequestQueue<Request> queue = new RequestQueue<>(this.window);

		private final List<Long> heartbeats = new ArrayList<>();

		private int accepted;

	}

	/**
	 * The gateway, the network and the instances.
	 */
	private static final class World {

		private final PriorityQueue<Event> events = new PriorityQueue<>(
				Comparator.comparingLong(Event::time).thenComparingLong(Event::number));

		private final List<Instance> instances = new ArrayList<>();

		private final Deque<Long> quota = new ArrayDeque<>();

		private final Random random = new Random(1);

		private long now;

		private long number;

		private int requests;

		private int refused;

		private World(int instances, int pending) {
			for (int i = 0; i < instances; i++) {
				Instance instance = new Instance();
				this.instances.add(instance);
				for (int j = 0; j < pending; j++) {
					long deadline = END + j;
					at(this.random.nextInt(1000) * 1_000_000L, () -> instance.queue
						.add(new Request(RequestPriority.SHORT, deadline, () -> await(instance, deadline))));
				}
				for (long time = i * 1_000_000_000L; time < END; time += Duration.ofSeconds(30).toNanos()) {
					long due = time;
					at(due, () -> instance.queue
						.add(new Request(RequestPriority.CONTROL, due + Duration.ofSeconds(5).toNanos(), () -> {
							if (this.now - due < Duration.ofSeconds(15).toNanos()) {
								instance.heartbeats.add(this.now);
							}
						})));
				}
			}
		}

		private void await(Instance instance, long deadline) {
			instance.queue.add(new Request(RequestPriority.WAIT, deadline,
					() -> at(this.now + HOLD, () -> await(instance, deadline))));
		}

		private void at(long time, Runnable action) {
			this.events.add(new Event(time, this.number++, action));
		}

		private void run() {
			while (this.now < END) {
				this.instances.forEach(this::send);
				long next = this.instances.stream().mapToLong(this::nextTurn).min().orElseThrow();
				if (!this.events.isEmpty()
						&& (next == Long.MAX_VALUE || this.events.peek().time() <= this.now + next)) {
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
				Request request = instance.queue.next(priority);
				while (request != null && instance.queue.take(request, this.now)) {
					Request sent = request;
					at(this.now + ONE_WAY, () -> receive(instance, sent));
					request = instance.queue.next(priority);
				}
			}
		}

		private void receive(Instance instance, Request request) {
			this.requests++;
			while (!this.quota.isEmpty() && this.quota.peek() <= this.now - PERIOD) {
				this.quota.remove();
			}
			if (this.quota.size() < QUOTA) {
				this.quota.add(this.now);
				instance.accepted++;
				at(this.now + ONE_WAY, request.accepted());
				return;
			}
			this.refused++;
			long retryAfter = Duration.ofNanos(this.quota.element() + PERIOD - this.now).toSeconds() + 1;
			at(this.now + ONE_WAY, () -> {
				instance.window.refused(this.now);
				instance.window.pauseUntil(this.now + Duration.ofSeconds(retryAfter).toNanos());
				instance.queue.add(request);
			});
		}

		private long nextTurn(Instance instance) {
			long next = Long.MAX_VALUE;
			for (RequestPriority priority : RequestPriority.values()) {
				Request request = instance.queue.next(priority);
				if (request != null) {
					next = Math.min(next, instance.queue.delay(request, this.now));
				}
			}
			return next;
		}

	}

}
