/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.durable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import io.airlockapp.gateway.durable.AskStep;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepFailedException;
import io.airlockapp.gateway.durable.step.StepScheduler;

/**
 * Executes the steps that ask for decisions in virtual time, by the rules of the engine
 * and of db-scheduler: at most as many steps as threads are picked, the young calls
 * first; due steps are searched at an interval, after a step was scheduled that is due,
 * and when half of the threads are idle while there may be more. Methods are not run.
 */
final class VirtualEngine implements StepScheduler {

	private static final Duration POLLING_INTERVAL = Duration.ofSeconds(2);

	private static final Duration IDLE = Duration.ofMillis(250);

	private static final Duration BACKOFF = Duration.ofSeconds(10);

	private final Map<Key, Row> rows = new LinkedHashMap<>();

	private final Deque<Row> picked = new ArrayDeque<>();

	private final VirtualTime time;

	private final int threads;

	private Instant nextPoll = Instant.MIN;

	private int executing;

	private boolean more;

	VirtualEngine(VirtualTime time, int threads) {
		this.time = time;
		this.threads = threads;
	}

	@Override
	public void schedule(Step step, String id, Instant at) {
		scheduleIfAbsent(step, id, at);
	}

	@Override
	public void scheduleFirst(Step step, String id, Instant at) {
		scheduleIfAbsent(step, id, at);
	}

	private boolean scheduleIfAbsent(Step step, String id, Instant at) {
		if (step != Step.ASK_FIRST && step != Step.ASK) {
			return true;
		}
		if (!at.isAfter(now())) {
			this.nextPoll = Instant.MIN;
		}
		Key key = new Key(step, id);
		return this.rows.putIfAbsent(key, new Row(key, at)) == null;
	}

	/**
	 * Add the threads to the simulation.
	 */
	void start(AskStep ask, BooleanSupplier ended) {
		for (int i = 0; i < this.threads; i++) {
			this.time.add(() -> {
				while (!ended.getAsBoolean()) {
					work(ask);
				}
			});
		}
	}

	private void work(AskStep ask) {
		if (!now().isBefore(this.nextPoll)) {
			this.nextPoll = now().plus(POLLING_INTERVAL);
			pick();
		}
		Row row = this.picked.poll();
		if (row == null) {
			this.time.sleep(IDLE);
			return;
		}
		this.executing++;
		execute(row, ask);
		this.executing--;
		if (this.more && this.executing + this.picked.size() <= this.threads / 2) {
			pick();
		}
	}

	private void pick() {
		int free = this.threads - this.executing - this.picked.size();
		List<Row> due = new ArrayList<>(
				this.rows.values().stream().filter((row) -> !row.picked && !row.at.isAfter(now())).toList());
		due.sort(Comparator.comparing((Row row) -> row.key.step() != Step.ASK_FIRST).thenComparing((row) -> row.at));
		for (Row row : due.subList(0, Math.min(free, due.size()))) {
			row.picked = true;
			this.picked.add(row);
		}
		this.more = due.size() >= free;
	}

	private void execute(Row row, AskStep ask) {
		try {
			follow(row, ask.perform(row.key.id()));
		}
		catch (StepFailedException ex) {
			row.reschedule(now().plus(BACKOFF));
		}
	}

	private void follow(Row row, NextStep next) {
		if (next == null) {
			this.rows.remove(row.key);
		}
		else if (next.step() == row.key.step()) {
			row.reschedule(next.time());
		}
		else if (scheduleIfAbsent(next.step(), row.key.id(), next.time()) || row.key.step() != Step.ASK_FIRST) {
			this.rows.remove(row.key);
		}
		else {
			row.reschedule(next.time());
		}
	}

	private Instant now() {
		return this.time.clock().instant();
	}

	/**
	 * Holds the key of a step.
	 *
	 * @param step the kind of step
	 * @param id the id of the call
	 */
	private record Key(StepScheduler.Step step, String id) {

	}

	/**
	 * Scheduled step.
	 */
	private static final class Row {

		private final Key key;

		private Instant at;

		private boolean picked;

		Row(Key key, Instant at) {
			this.key = key;
			this.at = at;
		}

		void reschedule(Instant time) {
			this.at = time;
			this.picked = false;
		}

	}

}
