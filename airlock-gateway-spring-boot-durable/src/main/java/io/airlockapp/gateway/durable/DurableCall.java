/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.Map;
import java.util.regex.Pattern;

import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.exchange.ArtifactHeader;
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
 * @param hash the artifact hash
 * @param plaintext the plaintext, or {@code null} if it was deleted after the end, or if
 * the call is not what was recorded
 * @param arguments the arguments, or {@code null} in the same cases
 * @param artifact the encrypted plaintext, or {@code null} if there is none yet
 * @param decision the verified decision, or {@code null} if there is none
 * @param trace the trace context of the caller: a valid {@code traceparent} of W3C Trace
 * Context, or nothing
 * @param starts the number of times that the method was started
 * @param keys the keys by which undecided calls are limited
 */
public record DurableCall(DurableApproval approval, String target, String pairing, String artifactType, String hash,
		@Nullable String plaintext, @Nullable String arguments, @Nullable SealedArtifact artifact,
		@Nullable StoredDecision decision, Map<String, String> trace, int starts, CallKeys keys) {

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
	 * Return the clear text of the approval request.
	 * @return the header
	 */
	public ArtifactHeader header() {
		return new ArtifactHeader(id(), this.hash, this.approval.label(), this.artifactType, this.approval.recordedAt(),
				this.approval.expiresAt(), this.trace);
	}

	@Override
	public String toString() {
		return "DurableCall[id=%s, state=%s]".formatted(id(), state());
	}

}
