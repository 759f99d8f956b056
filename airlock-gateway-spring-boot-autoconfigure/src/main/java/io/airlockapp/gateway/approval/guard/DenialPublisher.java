/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.time.Duration;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.approval.GuardedCall;
import org.jspecify.annotations.Nullable;

/**
 * Notifies listeners of the decisions that a gate makes by itself. The gateway's
 * operations notify them of their own decisions.
 *
 * @param listener the listener to notify
 * @param artifactType the artifact type of calls that do not set it
 */
public record DenialPublisher(ApprovalListener listener, String artifactType) {

	public DenialPublisher {
		listener = ApprovalListener.logging(listener);
	}

	/**
	 * Notify the listener of a refusal.
	 * @param call the call that does not run
	 * @param failure the reason
	 * @param <T> the type of the failure
	 * @return the failure, to be thrown
	 */
	public <T extends AirlockGatewayException> T refused(GuardedCall call, T failure) {
		publish(call, ApprovalResult.of(failure), failure);
		return failure;
	}

	/**
	 * Notify the listener of a call that runs without an approval request.
	 */
	void passed(GuardedCall call, ApprovalResult result) {
		publish(call, result, null);
	}

	private void publish(GuardedCall call, ApprovalResult result, @Nullable AirlockGatewayException failure) {
		ApprovalRequest request = call.toBareRequest();
		String requestId = (failure != null) ? failure.getRequestId() : null;
		this.listener.begin(request, request.getArtifactType(this.artifactType))
			.ended(new ApprovalOutcome(result, requestId, Duration.ZERO, null, failure));
	}

}
