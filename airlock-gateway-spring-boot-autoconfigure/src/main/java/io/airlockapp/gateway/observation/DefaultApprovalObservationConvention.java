package io.airlockapp.gateway.observation;

import java.util.Locale;

import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.observation.ApprovalObservationDocumentation.HighCardinalityKeyNames;
import io.airlockapp.gateway.observation.ApprovalObservationDocumentation.LowCardinalityKeyNames;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/**
 * Default {@link ApprovalObservationConvention}.
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
		return KeyValues.of(LowCardinalityKeyNames.OUTCOME.withValue(result),
				LowCardinalityKeyNames.ARTIFACT_TYPE.withValue(context.getArtifactType()),
				LowCardinalityKeyNames.GATE.withValue(gate(context)));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(ApprovalObservationContext context) {
		ApprovalOutcome outcome = context.getOutcome();
		if (outcome == null || outcome.requestId() == null) {
			return KeyValues.empty();
		}
		KeyValues values = KeyValues.of(HighCardinalityKeyNames.REQUEST_ID.withValue(outcome.requestId()));
		return (outcome.decision() == null) ? values
				: values.and(HighCardinalityKeyNames.SIGNER_KEY_ID.withValue(outcome.decision().signerKeyId()));
	}

	private static String gate(ApprovalObservationContext context) {
		String gate = context.getRequest().getGate();
		return (gate != null) ? gate : NONE;
	}

}
