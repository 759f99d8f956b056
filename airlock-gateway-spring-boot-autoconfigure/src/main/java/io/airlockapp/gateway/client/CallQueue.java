package io.airlockapp.gateway.client;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The calls that queue for the budget, in the order of their turns. Among waits it is the
 * one that expires first; but every second turn is for the one that has queued longest,
 * so that none starves.
 *
 * @param <T> the type of the calls
 */
final class CallQueue<T extends CallQueue.Call> {

	private final Set<T> calls = new LinkedHashSet<>();

	private final RateBudget budget;

	private boolean turnOfLongest;

	CallQueue(RateBudget budget) {
		this.budget = budget;
	}

	void add(T call) {
		this.calls.add(call);
	}

	void remove(T call) {
		this.calls.remove(call);
	}

	/**
	 * Return the next call of a priority.
	 * @param priority the priority
	 * @return the call whose turn is next among its equals, or {@code null}
	 */
	@Nullable T next(CallPriority priority) {
		Comparator<T> byDeadline = (first, second) -> Long.signum(first.deadline() - second.deadline());
		boolean inOrder = priority != CallPriority.WAIT || this.turnOfLongest;
		return this.calls.stream()
			.filter((call) -> call.priority() == priority)
			.min(inOrder ? (first, second) -> 0 : byDeadline)
			.orElse(null);
	}

	/**
	 * Take a call out of the queue if it is its turn.
	 * @param call the call
	 * @param now the time in nanoseconds
	 * @return whether it may be made now
	 */
	boolean take(T call, long now) {
		if (delay(call, now) > 0) {
			return false;
		}
		if (call.priority() == CallPriority.WAIT) {
			this.turnOfLongest = !this.turnOfLongest;
		}
		this.calls.remove(call);
		this.budget.grant(now);
		return true;
	}

	/**
	 * Return how long a call has to wait, as far as it can be known now.
	 * @param call the call
	 * @param now the time in nanoseconds
	 * @return the time to wait in nanoseconds, or {@link Long#MAX_VALUE} while others go
	 * first
	 */
	long delay(T call, long now) {
		if (next(call.priority()) != call) {
			return Long.MAX_VALUE;
		}
		for (CallPriority higher : CallPriority.values()) {
			if (higher == call.priority()) {
				break;
			}
			if (next(higher) != null) {
				return Long.MAX_VALUE;
			}
		}
		return this.budget.delay(call.priority(), now);
	}

	/**
	 * A call that queues.
	 */
	interface Call {

		CallPriority priority();

		/**
		 * Return when the call is of no use any more.
		 * @return the time in nanoseconds
		 */
		long deadline();

	}

}
