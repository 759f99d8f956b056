/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Queue of the requests that wait for the rate budget, ordered by priority. Submissions
 * and waits take turns, and withdrawals beyond their share of the budget come after them.
 * Within a priority, origins take turns. Among the waits of an origin, the next one is
 * alternately the one with the earliest deadline and the one that has queued longest, so
 * that none starves. Each operation takes logarithmic time in the number of requests, and
 * linear time in the number of origins that queue.
 *
 * @param <T> the type of the requests
 */
final class RequestQueue<T extends RequestQueue.Call> {

	private static final long RECHECK = Duration.ofSeconds(1).toNanos();

	private final Map<RequestPriority, Line<T>> lines = new EnumMap<>(RequestPriority.class);

	private final SlidingWindow budget;

	private long added;

	private boolean turnOfWaits;

	private @Nullable T holder;

	private long heldUntil;

	RequestQueue(SlidingWindow budget) {
		this.budget = budget;
		for (RequestPriority priority : RequestPriority.values()) {
			this.lines.put(priority, new Line<>(budget.createPace()));
		}
	}

	void add(T call) {
		line(call.priority()).add(new Place<>(call, this.added++));
	}

	void remove(T call) {
		line(call.priority()).remove(call);
	}

	/**
	 * Return the next request of a priority.
	 * @param priority the priority
	 * @param now the elapsed time in nanoseconds
	 * @return the next request, or {@code null} if none is queued
	 */
	@Nullable T next(RequestPriority priority, long now) {
		return line(priority).next(now);
	}

	/**
	 * Remove a request from the queue if it may be sent now.
	 * @param call the request
	 * @param now the elapsed time in nanoseconds
	 * @return {@code true} if the request may be sent
	 */
	boolean take(T call, long now) {
		if (delay(call, now) > 0) {
			return false;
		}
		Line<T> line = line(call.priority());
		this.budget.grant(call.priority(), line.isFirst(call, now), now);
		line.sent(call, this.added++, now);
		if (call.priority() == RequestPriority.CONTROL) {
			// A caller that cancels its calls uses up its submissions
			line(RequestPriority.SHORT).pace.sent(call.origin(), now);
		}
		if (call.priority() == RequestPriority.SHORT || call.priority() == RequestPriority.WAIT) {
			this.turnOfWaits = call.priority() == RequestPriority.SHORT;
		}
		return true;
	}

	/**
	 * Hold the requests in the queue while another one waits for its turn in a budget of
	 * all instances. Those of the highest priority are not held.
	 * @param call the request that waits
	 * @param until the elapsed time in nanoseconds at which the hold ends anyway
	 */
	void hold(T call, long until) {
		this.holder = call;
		this.heldUntil = until;
	}

	/**
	 * Release the requests, unless the hold was taken over.
	 * @param call the request that has waited
	 */
	void release(T call) {
		if (this.holder == call) {
			this.holder = null;
		}
	}

	/**
	 * Return the delay of a request, as far as it can be determined now.
	 * @param call the request
	 * @param now the elapsed time in nanoseconds
	 * @return the delay in nanoseconds, or {@link Long#MAX_VALUE} while other requests of
	 * its priority take precedence
	 */
	long delay(T call, long now) {
		long delay = ownDelay(call, now);
		boolean held = this.holder != null && call.priority() != RequestPriority.CONTROL;
		return (delay <= 0 && held) ? Math.max(0, this.heldUntil - now) : delay;
	}

	private long ownDelay(T call, long now) {
		RequestPriority priority = call.priority();
		if (next(priority, now) != call) {
			return Long.MAX_VALUE;
		}
		for (RequestPriority other : RequestPriority.values()) {
			if (rank(other, now) < rank(priority, now) && isPreceded(priority, other, now)) {
				// Ranks change with time, so that each of two could wait for the other
				return RECHECK;
			}
		}
		return delayInLine(call, now);
	}

	private boolean isPreceded(RequestPriority priority, RequestPriority other, long now) {
		T first = next(other, now);
		if (first == null) {
			return false;
		}
		boolean yields = priority == RequestPriority.HEALTH
				|| (priority == RequestPriority.ACKNOWLEDGE && other == RequestPriority.WAIT);
		return yields || delayInLine(first, now) <= 0;
	}

	private int rank(RequestPriority priority, long now) {
		return switch (priority) {
			case CONTROL -> this.budget.isWithinShareOfControl(isNextFirst(priority, now), now) ? 0 : 3;
			case SHORT -> this.turnOfWaits ? 2 : 1;
			case WAIT -> this.turnOfWaits ? 1 : 2;
			case ACKNOWLEDGE -> 4;
			case HEALTH -> 5;
		};
	}

	private boolean isNextFirst(RequestPriority priority, long now) {
		T next = next(priority, now);
		return next != null && line(priority).isFirst(next, now);
	}

	private long delayInLine(T call, long now) {
		Line<T> line = line(call.priority());
		long lead = line.lead(call, now);
		long delay = this.budget.delay(call.priority(), lead <= 0, now);
		if (lead > 0) {
			// Without a lead, the origin can use the reserve
			delay = Math.min(delay, lead);
		}
		return (call.priority() == RequestPriority.SHORT) ? Math.max(delay, line.pace.delay(call.origin(), now))
				: delay;
	}

	private Line<T> line(RequestPriority priority) {
		return Objects.requireNonNull(this.lines.get(priority));
	}

	/**
	 * Request that queues.
	 */
	interface Call {

		RequestPriority priority();

		/**
		 * Return the time until which the request has to be sent.
		 * @return the elapsed time in nanoseconds
		 */
		long deadline();

		/**
		 * Return on whose behalf the request is sent.
		 */
		default RequestOrigin origin() {
			return RequestOrigin.APPLICATION;
		}

	}

	/**
	 * Queued requests of one priority, by origin.
	 */
	private static final class Line<T extends Call> {

		private final Map<RequestOrigin, PartOfLine<T>> parts = new LinkedHashMap<>();

		private final RequestPace pace;

		Line(RequestPace pace) {
			this.pace = pace;
		}

		void add(Place<T> place) {
			this.parts.computeIfAbsent(place.call().origin(), (origin) -> new PartOfLine<>()).add(place);
		}

		void remove(T call) {
			PartOfLine<T> part = this.parts.get(call.origin());
			if (part != null) {
				part.remove(call);
			}
		}

		void sent(T call, long number, long now) {
			PartOfLine<T> part = this.parts.get(call.origin());
			if (part != null) {
				part.turnOfLongest = !part.turnOfLongest;
				part.served = number;
			}
			remove(call);
			this.pace.sent(call.origin(), now);
		}

		/**
		 * Return whether the origin has sent little recently.
		 */
		boolean isFirst(T call, long now) {
			return lead(call, now) <= 0;
		}

		/**
		 * Return how far the origin is ahead of those that have sent little recently,
		 * such as the requests of one withdrawal.
		 */
		long lead(T call, long now) {
			long lead = this.pace.lead(call.origin(), now);
			return (call.priority() == RequestPriority.CONTROL) ? lead - this.pace.withdrawal() : lead;
		}

		@Nullable T next(long now) {
			// Also those to which nothing was added for want of memory
			this.parts.values().removeIf(PartOfLine::isEmpty);
			if (this.parts.size() <= 1) {
				return this.parts.isEmpty() ? null : this.parts.values().iterator().next().next();
			}
			return this.parts.keySet()
				.stream()
				.min(Comparator.comparingLong((RequestOrigin origin) -> this.pace.lead(origin, now))
					.thenComparingLong((origin) -> Objects.requireNonNull(this.parts.get(origin)).waitsSince()))
				.map(this.parts::get)
				.map(PartOfLine::next)
				.orElse(null);
		}

	}

	/**
	 * Queued requests of one priority and origin.
	 */
	private static final class PartOfLine<T extends Call> {

		private final Map<T, Place<T>> byArrival = new LinkedHashMap<>();

		// Compared by difference, since elapsed time can overflow
		private final TreeSet<Place<T>> byDeadline = new TreeSet<>(((Comparator<Place<T>>) (first, second) -> Long
			.signum(first.call().deadline() - second.call().deadline())).thenComparingLong(Place::number));

		private boolean turnOfLongest;

		private long served = -1;

		/**
		 * Return since when this part waits for a turn: since the arrival of its oldest
		 * request, or since its last turn. Who arrives later does not go before it.
		 */
		long waitsSince() {
			return Math.max(this.served, this.byArrival.values().iterator().next().number());
		}

		void add(Place<T> place) {
			this.byArrival.put(place.call(), place);
			this.byDeadline.add(place);
		}

		void remove(T call) {
			Place<T> place = this.byArrival.remove(call);
			if (place != null) {
				this.byDeadline.remove(place);
			}
		}

		boolean isEmpty() {
			return this.byArrival.isEmpty();
		}

		T next() {
			T longest = this.byArrival.keySet().iterator().next();
			boolean urgency = longest.priority() == RequestPriority.WAIT && !this.turnOfLongest;
			return urgency ? this.byDeadline.first().call() : longest;
		}

	}

	private record Place<T>(T call, long number) {
	}

}
