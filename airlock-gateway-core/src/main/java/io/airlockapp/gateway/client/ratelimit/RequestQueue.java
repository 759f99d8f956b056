package io.airlockapp.gateway.client.ratelimit;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Queue of the requests that wait for the rate budget, ordered by priority. Among waits,
 * the next one is alternately the one with the earliest deadline and the one that has
 * queued longest, so that none starves. Each operation takes logarithmic time. With a
 * budget of all instances, the next request also needs a turn in it.
 *
 * @param <T> the type of the requests
 */
final class RequestQueue<T extends RequestQueue.Call> {

	private final Map<RequestPriority, Line<T>> lines = new EnumMap<>(RequestPriority.class);

	private final SlidingWindow budget;

	private final @Nullable SharedTurn sharedTurn;

	private long added;

	private boolean turnOfLongest;

	RequestQueue(SlidingWindow budget) {
		this(budget, null);
	}

	/**
	 * Create a queue.
	 * @param budget the budget of this instance
	 * @param sharedTurn the turn in the budget of all instances, or {@code null} if there
	 * is none
	 */
	RequestQueue(SlidingWindow budget, @Nullable SharedTurn sharedTurn) {
		this.budget = budget;
		this.sharedTurn = sharedTurn;
		for (RequestPriority priority : RequestPriority.values()) {
			this.lines.put(priority, new Line<>());
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
	 * @return the next request, or {@code null} if none is queued
	 */
	@Nullable T next(RequestPriority priority) {
		Line<T> line = line(priority);
		return (priority == RequestPriority.WAIT && !this.turnOfLongest) ? line.mostUrgent() : line.longest();
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
		if (call.priority() == RequestPriority.WAIT) {
			this.turnOfLongest = !this.turnOfLongest;
		}
		remove(call);
		this.budget.grant(now);
		if (this.sharedTurn != null) {
			this.sharedTurn.use();
		}
		return true;
	}

	/**
	 * Start to take a turn from the budget of all instances, if a request needs it and
	 * may otherwise be sent now.
	 * @param call the request
	 * @param now the elapsed time in nanoseconds
	 * @return whether the caller has to take a turn from the budget
	 */
	boolean requestTurn(T call, long now) {
		return this.sharedTurn != null && ownDelay(call, now) <= 0 && this.sharedTurn.request(now);
	}

	/**
	 * Return whether only the response of the budget of all instances delays a request.
	 * @param call the request
	 * @param now the elapsed time in nanoseconds
	 * @return whether the request waits for the response, which takes a limited time
	 */
	boolean awaitsResponse(T call, long now) {
		return this.sharedTurn != null && ownDelay(call, now) <= 0 && this.sharedTurn.awaitsResponse(now);
	}

	/**
	 * Return the delay of a request, as far as it can be determined now.
	 * @param call the request
	 * @param now the elapsed time in nanoseconds
	 * @return the delay in nanoseconds, or {@link Long#MAX_VALUE} while other requests
	 * take precedence
	 */
	long delay(T call, long now) {
		long delay = ownDelay(call, now);
		return (delay > 0 || this.sharedTurn == null) ? delay : this.sharedTurn.delay(call.priority(), now);
	}

	private long ownDelay(T call, long now) {
		if (next(call.priority()) != call) {
			return Long.MAX_VALUE;
		}
		for (RequestPriority higher : RequestPriority.values()) {
			if (higher == call.priority()) {
				break;
			}
			if (next(higher) != null) {
				return Long.MAX_VALUE;
			}
		}
		return this.budget.delay(call.priority(), now);
	}

	private Line<T> line(RequestPriority priority) {
		Line<T> line = this.lines.get(priority);
		if (line == null) {
			throw new IllegalStateException("No line for " + priority);
		}
		return line;
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

	}

	/**
	 * Queued requests of one priority.
	 */
	private static final class Line<T extends Call> {

		private final Map<T, Place<T>> byArrival = new LinkedHashMap<>();

		// Compared by difference, since elapsed time can overflow
		private final TreeSet<Place<T>> byDeadline = new TreeSet<>(((Comparator<Place<T>>) (first, second) -> Long
			.signum(first.call().deadline() - second.call().deadline())).thenComparingLong(Place::number));

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

		@Nullable T longest() {
			return this.byArrival.isEmpty() ? null : this.byArrival.keySet().iterator().next();
		}

		@Nullable T mostUrgent() {
			return this.byDeadline.isEmpty() ? null : this.byDeadline.first().call();
		}

	}

	private record Place<T>(T call, long number) {
	}

}
