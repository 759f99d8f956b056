package io.airlockapp.gateway.test.assertj;

import java.util.Locale;
import java.util.Objects;

import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.HandledRequest.Outcome;
import io.airlockapp.gateway.simulator.PendingRequest;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on a request as a person saw it, and on its outcome.
 */
public final class AskedRequestAssert extends AbstractRequestAssert<AskedRequestAssert> {

	private final @Nullable HandledRequest handled;

	AskedRequestAssert(PendingRequest actual, @Nullable HandledRequest handled) {
		super(actual, AskedRequestAssert.class);
		this.handled = handled;
	}

	/**
	 * Verify that the person approved.
	 * @return these assertions
	 * @throws AssertionError if not
	 */
	public AskedRequestAssert wasApproved() {
		return ended(Outcome.APPROVED);
	}

	/**
	 * Verify that the person rejected.
	 * @return these assertions
	 * @throws AssertionError if not
	 */
	public AskedRequestAssert wasRejected() {
		return ended(Outcome.REJECTED);
	}

	/**
	 * Verify that the person rejected, and why.
	 * @param reason the reason that the person gave
	 * @return these assertions
	 * @throws AssertionError if not, or for another reason
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
	 * Verify that the application withdrew its request.
	 * @return these assertions
	 * @throws AssertionError if not
	 */
	public AskedRequestAssert wasWithdrawn() {
		return ended(Outcome.WITHDRAWN);
	}

	/**
	 * Verify that nobody decided before the request expired.
	 * @return these assertions
	 * @throws AssertionError if somebody did, or it still waits
	 */
	public AskedRequestAssert hasExpired() {
		return ended(Outcome.EXPIRED);
	}

	/**
	 * Verify that the request still waited for a decision when it was looked up.
	 * @return these assertions
	 * @throws AssertionError if it did not
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
