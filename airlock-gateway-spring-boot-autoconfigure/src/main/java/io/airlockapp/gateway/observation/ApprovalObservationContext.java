/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.observation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

/**
 * Context of the observation {@code airlock.approval}. A tracer writes the trace context
 * to its carrier.
 */
public final class ApprovalObservationContext extends SenderContext<Map<String, String>> {

	/**
	 * Names of the trace context that is transmitted. Baggage is excluded, since it can
	 * contain arbitrary data.
	 */
	private static final Set<String> TRACE_CONTEXT = Set.of("traceparent", "tracestate");

	private final ApprovalRequest request;

	private final String artifactType;

	private @Nullable ApprovalOutcome outcome;

	/**
	 * Create a context.
	 * @param request the approval request
	 * @param artifactType the artifact type
	 */
	public ApprovalObservationContext(ApprovalRequest request, String artifactType) {
		super((carrier, name, value) -> Objects.requireNonNull(carrier).put(name, value));
		this.request = request;
		this.artifactType = artifactType;
		setCarrier(new LinkedHashMap<>());
	}

	/**
	 * Return the approval request.
	 * @return the request
	 */
	public ApprovalRequest getRequest() {
		return this.request;
	}

	/**
	 * Return the artifact type of the request.
	 * @return the artifact type
	 */
	public String getArtifactType() {
		return this.artifactType;
	}

	/**
	 * Return the outcome of the approval.
	 * @return the outcome, or {@code null} while the approval is pending
	 */
	public @Nullable ApprovalOutcome getOutcome() {
		return this.outcome;
	}

	/**
	 * Return the W3C Trace Context that a tracer wrote to the carrier.
	 */
	Map<String, String> getTrace() {
		Map<String, String> trace = new LinkedHashMap<>(Objects.requireNonNull(getCarrier()));
		trace.keySet().retainAll(TRACE_CONTEXT);
		return trace;
	}

	void setOutcome(ApprovalOutcome outcome) {
		this.outcome = outcome;
	}

}
