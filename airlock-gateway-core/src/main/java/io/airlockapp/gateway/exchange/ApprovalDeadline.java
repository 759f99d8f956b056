/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import io.airlockapp.gateway.support.Deadline;

/**
 * Holds the time until which a decision is accepted: as elapsed time, which cannot be set
 * back, and as time of day, which continues while a machine is suspended. The deadline is
 * reached when either of them is.
 */
final class ApprovalDeadline {

	/**
	 * The maximum difference between clocks.
	 */
	private static final Duration SKEW = Duration.ofSeconds(60);

	private final Deadline elapsed;

	private final Instant latest;

	private final InstantSource clock;

	/**
	 * Create a deadline.
	 * @param expiresAt the expiry that is shown to the approver
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
	 * Return a deadline that is earlier than this one in elapsed time.
	 */
	ApprovalDeadline minus(Duration duration) {
		return new ApprovalDeadline(this.elapsed.minus(duration), this.clock, this.latest);
	}

	/**
	 * Return the deadline in elapsed time alone, which limits requests to the gateway.
	 */
	Deadline elapsed() {
		return this.elapsed;
	}

	/**
	 * Return the remaining time.
	 * @return the remaining time, never negative
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
