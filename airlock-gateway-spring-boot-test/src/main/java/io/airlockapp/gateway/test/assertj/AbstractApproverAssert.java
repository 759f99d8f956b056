/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.assertj;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.PendingRequest;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Base class for assertions on the requests that an approver received.
 *
 * @param <S> the type of the assertions
 * @param <A> the type of the actual value
 */
public abstract class AbstractApproverAssert<S extends AbstractApproverAssert<S, A>, A> extends AbstractAssert<S, A> {

	private final Function<A, List<PendingRequest>> asked;

	private final Function<A, List<HandledRequest>> history;

	AbstractApproverAssert(@Nullable A actual, Class<S> type, Function<A, List<PendingRequest>> asked,
			Function<A, List<HandledRequest>> history) {
		super(actual, type);
		this.asked = asked;
		this.history = history;
	}

	/**
	 * Verify that the approver received no request.
	 * @return these assertions
	 * @throws AssertionError if there was a request
	 */
	public S wasNotAsked() {
		return wasAskedTimes(0);
	}

	/**
	 * Verify the number of requests that the approver received.
	 * @param expected the number of requests
	 * @return these assertions
	 * @throws AssertionError if it is another number
	 */
	public S wasAskedTimes(int expected) {
		requireTimes(asked(), expected);
		return this.myself;
	}

	private void requireTimes(List<PendingRequest> asked, int expected) {
		if (asked.size() != expected) {
			throw failureWithActualExpected(asked.size(), expected, "Expected the person to be asked %s, but %s",
					(expected == 1) ? "once" : expected + " times", butWas(asked));
		}
	}

	/**
	 * Verify that the approver received one request, and return assertions on it.
	 * @return assertions on the request
	 * @throws AssertionError if there is no request, or more than one
	 */
	public AskedRequestAssert wasAskedOnce() {
		List<PendingRequest> asked = asked();
		requireTimes(asked, 1);
		return request(asked.get(0));
	}

	/**
	 * Verify that the approver received one request with a label, and return assertions
	 * on it. There may be requests with other labels.
	 * @param label the request's label, such as the value of
	 * {@code @RequiresAirlockApproval}
	 * @return assertions on the request
	 * @throws AssertionError if there is no such request, or more than one
	 */
	public AskedRequestAssert wasAskedTo(String label) {
		List<PendingRequest> asked = asked();
		List<PendingRequest> matching = asked.stream().filter((request) -> label.equals(request.label())).toList();
		if (matching.size() != 1) {
			throw failure("Expected the person to be asked once to%n  %s%nbut %s", label, butWas(asked));
		}
		return request(matching.get(0));
	}

	final List<PendingRequest> asked() {
		isNotNull();
		return this.asked.apply(this.actual);
	}

	final List<HandledRequest> history() {
		return this.history.apply(this.actual);
	}

	private AskedRequestAssert request(PendingRequest request) {
		return new AskedRequestAssert(request, handled(request));
	}

	private @Nullable HandledRequest handled(PendingRequest request) {
		return history().stream()
			.filter((handled) -> handled.request().requestId().equals(request.requestId()))
			.findFirst()
			.orElse(null);
	}

	final String butWas(List<PendingRequest> asked) {
		if (asked.isEmpty()) {
			return "was asked nothing";
		}
		return asked.stream()
			.map((request) -> "%n  %s -> %s".formatted(RequestText.of(request),
					AskedRequestAssert.describe(handled(request))))
			.collect(Collectors.joining("", "was asked", ""));
	}

}
