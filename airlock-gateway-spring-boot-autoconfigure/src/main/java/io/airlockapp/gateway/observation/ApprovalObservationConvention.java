/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names the observation of an approval and its key values. A bean of this type replaces
 * the default.
 */
public interface ApprovalObservationConvention extends ObservationConvention<ApprovalObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof ApprovalObservationContext;
	}

}
