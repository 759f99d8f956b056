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
 * Context of the observation {@code airlock.approval}. A tracer puts the trace context
 * into its carrier.
 */
public final class ApprovalObservationContext extends SenderContext<Map<String, String>> {

	/**
	 * Of what a tracer propagates, baggage may hold anything.
	 */
	private static final Set<String> TRACE_CONTEXT = Set.of("traceparent", "tracestate");

	private final ApprovalRequest request;

	private final String artifactType;

	private @Nullable ApprovalOutcome outcome;

	/**
	 * Create a context.
	 * @param request what is asked
	 * @param artifactType what kind of review is asked for
	 */
	public ApprovalObservationContext(ApprovalRequest request, String artifactType) {
		super((carrier, name, value) -> Objects.requireNonNull(carrier).put(name, value));
		this.request = request;
		this.artifactType = artifactType;
		setCarrier(new LinkedHashMap<>());
	}

	/**
	 * Return what is asked.
	 * @return the request
	 */
	public ApprovalRequest getRequest() {
		return this.request;
	}

	/**
	 * Return what kind of review is asked for.
	 * @return the artifact type
	 */
	public String getArtifactType() {
		return this.artifactType;
	}

	/**
	 * Return how it ended.
	 * @return the outcome, or {@code null} while it is not known
	 */
	public @Nullable ApprovalOutcome getOutcome() {
		return this.outcome;
	}

	/**
	 * Return what a tracer put into the carrier, as W3C Trace Context.
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
