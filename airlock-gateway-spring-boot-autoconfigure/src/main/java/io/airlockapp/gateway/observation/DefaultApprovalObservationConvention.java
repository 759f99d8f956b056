/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.observation;

import java.util.Locale;

import io.airlockapp.gateway.ApprovalOutcome;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/**
 * Default {@link ApprovalObservationConvention}. The observation {@code airlock.approval}
 * lasts from before the encryption of a request until its outcome, so mostly for the time
 * of the approver's decision.
 */
public class DefaultApprovalObservationConvention implements ApprovalObservationConvention {

	private static final String NONE = KeyValue.NONE_VALUE;

	@Override
	public String getName() {
		return "airlock.approval";
	}

	@Override
	public String getContextualName(ApprovalObservationContext context) {
		return "approval " + gate(context);
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(ApprovalObservationContext context) {
		ApprovalOutcome outcome = context.getOutcome();
		String result = (outcome != null) ? outcome.result().name().toLowerCase(Locale.ROOT) : NONE;
		String approvers = context.getRequest().getApprovers();
		return KeyValues.of("outcome", result, "artifact.type", context.getArtifactType(), "gate", gate(context),
				"approvers", (approvers != null) ? approvers : NONE);
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(ApprovalObservationContext context) {
		ApprovalOutcome outcome = context.getOutcome();
		if (outcome == null || outcome.requestId() == null) {
			return KeyValues.empty();
		}
		KeyValues values = KeyValues.of("request.id", outcome.requestId());
		return (outcome.decision() == null) ? values : values.and("signer.key.id", outcome.decision().signerKeyId());
	}

	private static String gate(ApprovalObservationContext context) {
		String gate = context.getRequest().getGate();
		return (gate != null) ? gate : NONE;
	}

}
