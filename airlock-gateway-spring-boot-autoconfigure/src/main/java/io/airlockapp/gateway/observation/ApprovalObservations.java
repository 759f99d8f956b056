/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.observation;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalResult;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Observes each approval. The observation is in scope during the requests to the gateway,
 * so that it is the parent of their observations.
 *
 * @param registry the registry of the observations
 * @param convention the convention of the observations, or {@code null} for the default
 * @param propagateTrace whether requests contain the trace context
 */
public record ApprovalObservations(ObservationRegistry registry, @Nullable ApprovalObservationConvention convention,
		boolean propagateTrace) implements ApprovalListener {

	/**
	 * Decisions and timeouts are results, not errors.
	 */
	private static final Set<ApprovalResult> NO_ERRORS = EnumSet.of(ApprovalResult.DENIED, ApprovalResult.POLICY,
			ApprovalResult.TIMEOUT);

	private static final ApprovalObservationConvention DEFAULT_CONVENTION = new DefaultApprovalObservationConvention();

	@Override
	public void onDecidedLater(ApprovalRequest request, String artifactType, ApprovalOutcome outcome) {
		// The duration of an observation is measured, so that it would be zero
	}

	@Override
	public Attempt begin(ApprovalRequest request, String artifactType) {
		ApprovalObservationContext context = new ApprovalObservationContext(request, artifactType);
		Observation observation = Observation.start(this.convention, DEFAULT_CONVENTION, () -> context, this.registry);
		Observation.Scope scope = observation.openScope();
		return new Attempt() {

			@Override
			public Map<String, String> trace() {
				return ApprovalObservations.this.propagateTrace ? context.getTrace() : Map.of();
			}

			@Override
			public void ended(ApprovalOutcome outcome) {
				scope.close();
				context.setOutcome(outcome);
				if (outcome.failure() != null && !NO_ERRORS.contains(outcome.result())) {
					observation.error(outcome.failure());
				}
				observation.stop();
			}

		};
	}

}
