/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.assertj;

import java.util.Locale;
import java.util.Objects;

import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.HandledRequest.Outcome;
import io.airlockapp.gateway.simulator.PendingRequest;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on a request as its approver saw it, and on its outcome.
 */
public final class AskedRequestAssert extends AbstractRequestAssert<AskedRequestAssert> {

	private final @Nullable HandledRequest handled;

	AskedRequestAssert(PendingRequest actual, @Nullable HandledRequest handled) {
		super(actual, AskedRequestAssert.class);
		this.handled = handled;
	}

	/**
	 * Verify that the approver approved the request.
	 * @return these assertions
	 * @throws AssertionError if not
	 */
	public AskedRequestAssert wasApproved() {
		return ended(Outcome.APPROVED);
	}

	/**
	 * Verify that the approver rejected the request.
	 * @return these assertions
	 * @throws AssertionError if not
	 */
	public AskedRequestAssert wasRejected() {
		return ended(Outcome.REJECTED);
	}

	/**
	 * Verify that the approver rejected the request with a reason.
	 * @param reason the approver's reason
	 * @return these assertions
	 * @throws AssertionError if not, or with another reason
	 */
	public AskedRequestAssert wasRejectedBecause(String reason) {
		ended(Outcome.REJECTED);
		String given = (this.handled != null) ? this.handled.reason() : null;
		if (!Objects.equals(given, reason)) {
			throw failureWithActualExpected(given, reason,
					"Expected the person to reject with the reason%n  %s%nbut it is%n  %s%nfor%n  %s", reason, given,
					RequestText.of(request()));
		}
		return this;
	}

	/**
	 * Verify that the application withdrew the request.
	 * @return these assertions
	 * @throws AssertionError if not
	 */
	public AskedRequestAssert wasWithdrawn() {
		return ended(Outcome.WITHDRAWN);
	}

	/**
	 * Verify that the request expired without a decision.
	 * @return these assertions
	 * @throws AssertionError if it was decided, or is still pending
	 */
	public AskedRequestAssert hasExpired() {
		return ended(Outcome.EXPIRED);
	}

	/**
	 * Verify that the request was still pending when it was looked up.
	 * @return these assertions
	 * @throws AssertionError if it was not
	 */
	public AskedRequestAssert isWaiting() {
		return ended(null);
	}

	private AskedRequestAssert ended(@Nullable Outcome expected) {
		Outcome outcome = (this.handled != null) ? this.handled.outcome() : null;
		if (outcome != expected) {
			throw failureWithActualExpected(describe(this.handled), word(expected),
					"Expected the request to be %s, but it is %s:%n  %s", word(expected), describe(this.handled),
					RequestText.of(request()));
		}
		return this;
	}

	static String describe(@Nullable HandledRequest handled) {
		String word = word((handled != null) ? handled.outcome() : null);
		return (handled != null && handled.reason() != null) ? "%s (%s)".formatted(word, handled.reason()) : word;
	}

	private static String word(@Nullable Outcome outcome) {
		return (outcome != null) ? outcome.name().toLowerCase(Locale.ROOT) : "waiting";
	}

}
