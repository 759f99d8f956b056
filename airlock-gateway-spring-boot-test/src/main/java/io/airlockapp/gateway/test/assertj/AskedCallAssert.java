/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.assertj;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.HandledRequest.Outcome;
import io.airlockapp.gateway.simulator.PendingRequest;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Assertions on the requests for the approval of one call by a group of approvers.
 */
public final class AskedCallAssert extends AbstractAssert<AskedCallAssert, List<PendingRequest>> {

	private final Map<String, HandledRequest> handled;

	AskedCallAssert(List<PendingRequest> actual, List<HandledRequest> history) {
		super(actual, AskedCallAssert.class);
		this.handled = history.stream()
			.collect(Collectors.toMap((request) -> request.request().requestId(), (request) -> request));
	}

	/**
	 * Return the id of the call that a request is for, or an empty text.
	 */
	static String idOf(PendingRequest request) {
		return request.plaintext().at("/call/id").stringValue("");
	}

	/**
	 * Verify the name of the group of approvers.
	 * @param expected the name
	 * @return these assertions
	 * @throws AssertionError if it is another one
	 */
	public AskedCallAssert hasApprovers(String expected) {
		return shows("approvers", expected);
	}

	/**
	 * Verify the number of persons who have to approve.
	 * @param expected the number
	 * @return these assertions
	 * @throws AssertionError if it is another one
	 */
	public AskedCallAssert hasQuorum(int expected) {
		return shows("quorum", String.valueOf(expected));
	}

	/**
	 * Verify which approvers were asked.
	 * @param approvers the names of their pairings, in any order
	 * @return these assertions
	 * @throws AssertionError if others were asked
	 */
	public AskedCallAssert wasSentTo(String... approvers) {
		return are("to be sent to", this.actual, approvers);
	}

	/**
	 * Verify which approvers approved.
	 * @param approvers the names of their pairings, in any order
	 * @return these assertions
	 * @throws AssertionError if others did
	 */
	public AskedCallAssert wasApprovedBy(String... approvers) {
		return ended(Outcome.APPROVED, "to be approved by", approvers);
	}

	/**
	 * Verify which approvers rejected.
	 * @param approvers the names of their pairings, in any order
	 * @return these assertions
	 * @throws AssertionError if others did
	 */
	public AskedCallAssert wasRejectedBy(String... approvers) {
		return ended(Outcome.REJECTED, "to be rejected by", approvers);
	}

	/**
	 * Verify from which approvers the application withdrew its request.
	 * @param approvers the names of their pairings, in any order
	 * @return these assertions
	 * @throws AssertionError if it was withdrawn from others
	 */
	public AskedCallAssert wasWithdrawnFrom(String... approvers) {
		return ended(Outcome.WITHDRAWN, "to be withdrawn from", approvers);
	}

	private AskedCallAssert shows(String member, String expected) {
		for (PendingRequest request : this.actual) {
			JsonNode shown = request.plaintext().path("call").path(member);
			String text = shown.isString() ? shown.stringValue() : shown.toString();
			if (!expected.equals(text)) {
				throw failureWithActualExpected(text, expected,
						"Expected '%s' to be shown the %s%n  %s%nbut it is%n  %s%nin%n  %s", request.approver(), member,
						expected, text.isEmpty() ? "not there" : text, RequestText.of(request));
			}
		}
		return this;
	}

	private AskedCallAssert ended(Outcome outcome, String description, String... approvers) {
		return are(description, this.actual.stream().filter((request) -> outcome == outcome(request)).toList(),
				approvers);
	}

	private @Nullable Outcome outcome(PendingRequest request) {
		HandledRequest found = this.handled.get(request.requestId());
		return (found != null) ? found.outcome() : null;
	}

	private AskedCallAssert are(String description, List<PendingRequest> requests, String... approvers) {
		Set<String> expected = new TreeSet<>(List.of(approvers));
		Set<String> names = requests.stream()
			.map(PendingRequest::approver)
			.collect(Collectors.toCollection(TreeSet::new));
		if (!names.equals(expected)) {
			throw failureWithActualExpected(names, expected, "Expected the call %s %s, but it is %s:%s", description,
					expected, names, outcomes());
		}
		return this;
	}

	private String outcomes() {
		return this.actual.stream()
			.map((request) -> "%n  %s: %s -> %s".formatted(request.approver(), RequestText.of(request),
					AskedRequestAssert.describe(this.handled.get(request.requestId()))))
			.collect(Collectors.joining());
	}

}
