/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.halt;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.support.Ticker;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Instances with a common store that halt, resume, start methods and fail in any order,
 * also while an instance reads, writes or halts, in virtual time.
 */
class HaltPropertyTests {

	private static final int INSTANCES = 3;

	@Property(tries = 1500)
	void nothingStartsAfterAHaltHasReturned(@ForAll("steps") List<Step> steps) {
		World world = new World(steps);
		world.run();
		assertThat(world.violated).isFalse();
		world.store.failing = false;
		world.instances.forEach(World.Instance::poll);
		world.instances.forEach(World.Instance::resume);
		world.instances.forEach(World.Instance::poll);
		assertThat(world.instances).noneMatch((instance) -> instance.halt.isHalted());
	}

	@Provide
	Arbitrary<List<Step>> steps() {
		Arbitrary<Action> actions = Arbitraries.frequencyOf(Tuple.of(5, Arbitraries.just(Action.START)),
				Tuple.of(5, Arbitraries.of(Action.class)));
		return Combinators
			.combine(actions, Arbitraries.integers().between(0, INSTANCES - 1), Arbitraries.integers().between(0, 2000))
			.as(Step::new)
			.list()
			.ofMaxSize(60);
	}

	enum Action {

		START, HALT, RESUME, POLL, FAIL, WORK, PASS

	}

	record Step(Action action, int instance, int millis) {
	}

	private static final class World {

		private final Deque<Step> steps;

		private final SharedHaltStore store = new SharedHaltStore();

		private final List<Instance> instances;

		private long millis;

		/**
		 * The halts that were begun, in this order.
		 */
		private int halts;

		/**
		 * Whether a halt has returned, and nobody resumed since.
		 */
		private boolean halted;

		/**
		 * Whether a method has started nevertheless.
		 */
		private boolean violated;

		private int resuming;

		/**
		 * The completed resumes, and how many were when the last reading began.
		 */
		private int resumes;

		private int resumesWhenRead;

		World(List<Step> steps) {
			this.steps = new ArrayDeque<>(steps);
			this.instances = IntStream.range(0, INSTANCES).mapToObj((number) -> new Instance()).toList();
			this.store.duringRead = () -> {
				int before = this.resumes;
				step();
				this.resumesWhenRead = before;
			};
			this.store.duringWrite = () -> {
				this.instances.forEach(Instance::stored);
				step();
			};
		}

		void run() {
			while (!this.steps.isEmpty()) {
				step();
			}
		}

		private void step() {
			Step step = this.steps.poll();
			if (step == null) {
				return;
			}
			Instance instance = this.instances.get(step.instance());
			this.millis += step.millis() / 10;
			switch (step.action()) {
				case START -> instance.start();
				case HALT -> instance.halt();
				case RESUME -> instance.resume();
				case POLL -> instance.poll();
				case FAIL -> this.store.failing = true;
				case WORK -> this.store.failing = false;
				case PASS -> this.millis += step.millis();
			}
		}

		private final class Instance extends CallerThreadPoller implements Ticker {

			private final Halt halt = new Halt(World.this.store, () -> Instant.ofEpochMilli(World.this.millis), this,
					this);

			/**
			 * Whether the poller has an access, for which others wait in vain.
			 */
			private boolean busy;

			/**
			 * The latest halt of this instance that is not stored, or 0.
			 */
			private int unstored;

			/**
			 * Whether the latest halt of this instance is stored, and nobody resumed
			 * since.
			 */
			private boolean stored;

			@Override
			public void execute(Runnable access) {
				if (this.busy) {
					throw new RejectedExecutionException();
				}
				this.busy = true;
				access.run();
				this.busy = false;
			}

			void start() {
				boolean forbidden = World.this.resuming == 0 && (World.this.halted || this.unstored > 0 || this.stored);
				try {
					this.halt.require("A.a", null);
					World.this.violated |= forbidden;
				}
				catch (ApprovalUnavailableException ex) {
					// Nothing starts
				}
			}

			void halt() {
				int number = ++World.this.halts;
				this.unstored = number;
				try {
					this.halt.halt("halt " + number, null);
					// Otherwise, somebody resumed after the halt was found to be in force
					if (World.this.resumes == World.this.resumesWhenRead) {
						World.this.halted = true;
					}
				}
				catch (ApprovalUnavailableException | RejectedExecutionException ex) {
					// Other instances go on
				}
			}

			void resume() {
				int known = World.this.halts;
				World.this.resuming++;
				try {
					this.halt.resume(null);
					World.this.resumes++;
					World.this.halted = false;
					World.this.instances.forEach((instance) -> instance.forget(known));
				}
				catch (ApprovalUnavailableException | RejectedExecutionException ex) {
					// All remains as it is
				}
				finally {
					World.this.resuming--;
				}
			}

			private void forget(int known) {
				this.stored = false;
				if (this.unstored <= known) {
					this.unstored = 0;
				}
			}

			private void stored() {
				HaltState state = World.this.store.state;
				if (state != null && state.reason().equals("halt " + this.unstored)) {
					this.stored = true;
					this.unstored = 0;
				}
			}

			void poll() {
				if (!this.busy) {
					execute(this.halt::poll);
				}
			}

			@Override
			public long nanoTime() {
				return Duration.ofMillis(World.this.millis).toNanos();
			}

			@Override
			public void sleep(Duration duration) {
				long end = World.this.millis + duration.toMillis();
				while (World.this.millis < end && !World.this.steps.isEmpty()) {
					step();
				}
				World.this.millis = Math.max(World.this.millis, end);
			}

		}

	}

}
