package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import io.airlockapp.gateway.support.Deadline;

/**
 * Holds the time until which a decision counts: in elapsed time, which can't be set back,
 * and by the time of day, which goes on while a machine is suspended. The deadline is
 * over when either of them is.
 */
final class ApprovalDeadline {

	/**
	 * By how much clocks may be wrong.
	 */
	private static final Duration SKEW = Duration.ofSeconds(60);

	private final Deadline elapsed;

	private final Instant latest;

	private final InstantSource clock;

	/**
	 * Create a deadline.
	 * @param expiresAt the expiry that the person was shown
	 */
	ApprovalDeadline(Deadline elapsed, Instant expiresAt, InstantSource clock) {
		this(elapsed, clock, expiresAt.plus(SKEW));
	}

	private ApprovalDeadline(Deadline elapsed, InstantSource clock, Instant latest) {
		this.elapsed = elapsed;
		this.clock = clock;
		this.latest = latest;
	}

	/**
	 * Return a deadline that comes before this one in elapsed time.
	 */
	ApprovalDeadline minus(Duration duration) {
		return new ApprovalDeadline(this.elapsed.minus(duration), this.clock, this.latest);
	}

	/**
	 * Return the deadline in elapsed time alone, by which requests to the gateway end.
	 */
	Deadline elapsed() {
		return this.elapsed;
	}

	/**
	 * Return how much time is left.
	 * @return the time left, never negative
	 */
	Duration remaining() {
		return this.clock.instant().isAfter(this.latest) ? Duration.ZERO : this.elapsed.remaining();
	}

	/**
	 * Return whether the deadline is reached.
	 */
	boolean isOver() {
		return remaining().isZero();
	}

}
