/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Durations;

/**
 * Holds the time until which a decision is accepted: as elapsed time, which cannot be set
 * back, and as time of day, which continues while a machine is suspended. The deadline is
 * reached when either of them is.
 *
 * @param elapsed the deadline as elapsed time
 * @param expiresAt the expiry that is shown to the approver
 * @param clock the time of day
 * @param withdrawal the time before the deadline that is reserved for the withdrawal, so
 * that a decision found by it is still in time
 */
record ApprovalDeadline(Deadline elapsed, Instant expiresAt, InstantSource clock, Duration withdrawal) {

	/**
	 * The maximum difference between clocks.
	 */
	private static final Duration SKEW = Duration.ofSeconds(60);

	private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

	/**
	 * Return the end of the wait for a decision, after which the request is withdrawn.
	 */
	ApprovalDeadline waiting() {
		return new ApprovalDeadline(this.elapsed.minus(this.withdrawal), this.expiresAt, this.clock, Duration.ZERO);
	}

	/**
	 * Return the end of requests that hang, which leaves time for the withdrawal. It is
	 * later than the end of the wait, since the gateway holds requests for whole seconds.
	 */
	Deadline requests() {
		return this.elapsed.minus(this.withdrawal.multipliedBy(3).dividedBy(4));
	}

	/**
	 * Return the remaining time.
	 * @return the remaining time, never negative
	 */
	Duration remaining() {
		return this.clock.instant().isAfter(this.expiresAt.plus(SKEW)) ? Duration.ZERO : this.elapsed.remaining();
	}

	/**
	 * Return a deadline that is not further away than a time.
	 */
	ApprovalDeadline within(Duration longest) {
		Duration beyond = this.elapsed.remaining().minus(longest);
		return beyond.isNegative() ? this
				: new ApprovalDeadline(this.elapsed.minus(beyond), this.expiresAt, this.clock, this.withdrawal);
	}

	/**
	 * Return a pause that leaves time for another try.
	 * @param longest the pause if enough time remains
	 * @return the pause, or zero if no time remains
	 */
	Duration pause(Duration longest) {
		Duration half = remaining().dividedBy(2);
		return (half.compareTo(SHORTEST_PAUSE) < 0) ? Duration.ZERO : Durations.min(longest, half);
	}

	/**
	 * Return whether the deadline is reached.
	 */
	boolean isOver() {
		return remaining().isZero();
	}

}
