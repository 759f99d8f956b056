/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.halt;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
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
 * also while another instance reads or halts, in virtual time.
 */
class HaltPropertyTests {

	private static final int INSTANCES = 3;

	@Property(tries = 5000)
	void nothingStartsAfterAHaltHasReturned(@ForAll("steps") List<Step> steps) {
		World world = new World(steps);
		world.run();
		world.store.failing = false;
		world.instances.forEach((instance) -> instance.halt.resume(null));
		world.instances.forEach((instance) -> instance.halt.poll());
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
		 * Whether a halt has returned, and nobody resumed.
		 */
		private boolean halted;

		private int resumes;

		World(List<Step> steps) {
			this.steps = new ArrayDeque<>(steps);
			this.instances = IntStream.range(0, INSTANCES).mapToObj((number) -> new Instance()).toList();
			this.store.duringRead = this::step;
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
			if (instance.busy) {
				return;
			}
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

		private final class Instance implements Ticker {

			private final Halt halt = new Halt(World.this.store, () -> Instant.ofEpochMilli(World.this.millis), this);

			/**
			 * Whether a thread of this instance has the lock, for which others wait.
			 */
			private boolean busy;

			private boolean haltedHere;

			void start() {
				boolean forbidden = World.this.halted || this.haltedHere;
				int resumesBefore = World.this.resumes;
				this.busy = true;
				try {
					this.halt.require("A.a", null);
					// The state was read before the method started, or is used for a
					// while
					assertThat(forbidden && World.this.resumes == resumesBefore).isFalse();
				}
				catch (ApprovalUnavailableException ex) {
					// Nothing starts
				}
				finally {
					this.busy = false;
				}
			}

			void halt() {
				int before = World.this.resumes;
				this.busy = true;
				this.haltedHere = true;
				try {
					this.halt.halt("fraud", null);
					World.this.halted = World.this.halted || World.this.resumes == before;
				}
				catch (ApprovalUnavailableException ex) {
					// Other instances go on
				}
				finally {
					this.busy = false;
				}
			}

			void resume() {
				this.busy = true;
				try {
					this.halt.resume(null);
				}
				catch (ApprovalUnavailableException ex) {
					return;
				}
				finally {
					this.busy = false;
				}
				World.this.resumes++;
				World.this.halted = false;
				World.this.instances.forEach((instance) -> instance.haltedHere = false);
			}

			void poll() {
				this.busy = true;
				this.halt.poll();
				this.busy = false;
			}

			@Override
			public long nanoTime() {
				return Duration.ofMillis(World.this.millis).toNanos();
			}

			@Override
			public void sleep(Duration duration) {
				// Other threads of this instance go on
				this.busy = false;
				long end = World.this.millis + duration.toMillis();
				while (World.this.millis < end && !World.this.steps.isEmpty()) {
					step();
				}
				World.this.millis = Math.max(World.this.millis, end);
			}

		}

	}

}
