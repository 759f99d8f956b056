/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Runs the calls of a queue in virtual time.
 *
 * @param <C> the type of calls
 */
abstract class VirtualQueue<C extends RequestQueue.Call> {

	protected final RequestQueue<C> queue;

	protected final List<Long> grants = new ArrayList<>();

	protected long now;

	private final PriorityQueue<Event> events = new PriorityQueue<>(
			Comparator.comparingLong(Event::time).thenComparingLong(Event::number));

	private long number;

	VirtualQueue(int limit, Duration period) {
		this.queue = new RequestQueue<>(new SlidingWindow(limit, period));
	}

	/**
	 * Make all calls that have a turn now.
	 */
	protected abstract void makeCalls();

	void at(long time, Runnable action) {
		this.events.add(new Event(time, this.number++, action));
	}

	void run() {
		while (true) {
			makeCalls();
			long next = nextTurn();
			if (!this.events.isEmpty() && this.events.peek().time() - this.now <= next) {
				Event event = this.events.poll();
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

	private long nextTurn() {
		long next = Long.MAX_VALUE;
		for (RequestPriority priority : RequestPriority.values()) {
			C call = this.queue.next(priority, this.now);
			if (call != null) {
				next = Math.min(next, this.queue.delay(call, this.now));
			}
		}
		return next;
	}

	int mostGrantsWithin(Duration window) {
		int most = 0;
		for (int first = 0, last = 0; last < this.grants.size(); last++) {
			while (this.grants.get(last) - this.grants.get(first) >= window.toNanos()) {
				first++;
			}
			most = Math.max(most, last - first + 1);
		}
		return most;
	}

	private record Event(long time, long number, Runnable action) {
	}

}
