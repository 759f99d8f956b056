/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.harp.HarpJson;
import org.jspecify.annotations.Nullable;

/**
 * Holds a recorded call with all that is stored of it. The text form contains no
 * argument.
 *
 * @param approval the state of the call
 * @param target the target, as in the plaintext
 * @param pairing the name of the pairing whose approvers are asked
 * @param artifactType the type of review that is requested
 * @param plaintext the plaintext that all ballots have in common, or {@code null} if it
 * was deleted after the end, or if the call is not what was recorded
 * @param arguments the arguments, or {@code null} in the same cases
 * @param trace the trace context of the caller: a valid {@code traceparent} of W3C Trace
 * Context, or nothing
 * @param starts the number of times that the method was started
 * @param keys the keys by which undecided calls are limited
 * @param ballots the ballots, of which there is none before the first request
 */
public record DurableCall(DurableApproval approval, String target, String pairing, String artifactType,
		@Nullable String plaintext, @Nullable String arguments, Map<String, String> trace, int starts, CallKeys keys,
		List<StoredBallot> ballots) {

	/**
	 * The name of the trace context.
	 */
	public static final String TRACEPARENT = "traceparent";

	private static final Pattern VALID_TRACEPARENT = Pattern
		.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

	public DurableCall {
		// A caller can choose the rest, such as the state and the baggage of a trace
		String traceparent = trace.get(TRACEPARENT);
		trace = (traceparent != null && VALID_TRACEPARENT.matcher(traceparent).matches())
				? Map.of(TRACEPARENT, traceparent) : Map.of();
		ballots = List.copyOf(ballots);
	}

	public String id() {
		return this.approval.id();
	}

	public DurableState state() {
		return this.approval.state();
	}

	/**
	 * Return the command text that the approver sees.
	 * @return the command text, empty if the plaintext was deleted
	 */
	public String commandText() {
		return (this.plaintext != null) ? HarpJson.mapper().readTree(this.plaintext).path("commandText").asString("")
				: "";
	}

	/**
	 * Return the ballot that is asked about. It is stored with its encrypted plaintext.
	 * @return the ballot
	 */
	StoredBallot ballot() {
		return this.ballots.isEmpty() ? StoredBallot.of(id(), id(), this.pairing, 0, this.plaintext)
				: this.ballots.get(0);
	}

	/**
	 * Return the decision on the call.
	 * @return the decision, or {@code null} if there is none
	 */
	@Nullable StoredDecision decision() {
		return ballot().decision();
	}

	@Override
	public String toString() {
		return "DurableCall[id=%s, state=%s]".formatted(id(), state());
	}

}
