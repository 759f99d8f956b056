/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.endpoint;

import java.time.InstantSource;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.endpoint.AirlockState.FailureState;
import org.jspecify.annotations.Nullable;

/**
 * Holds the last approval that failed, except denials.
 */
public final class LastFailure implements ApprovalListener {

	private final InstantSource clock;

	private volatile @Nullable FailureState state;

	/**
	 * Create a listener.
	 * @param clock the clock
	 */
	public LastFailure(InstantSource clock) {
		this.clock = clock;
	}

	@Override
	public Attempt begin(ApprovalRequest request, String artifactType) {
		return (outcome) -> {
			if (outcome.failure() != null && outcome.result() != ApprovalResult.DENIED
					&& outcome.result() != ApprovalResult.POLICY) {
				this.state = new FailureState(this.clock.instant(), outcome.requestId(), request.getLabel(),
						outcome.result().name(), AirlockGatewayException.safeMessage(outcome.failure()));
			}
		};
	}

	@Nullable FailureState get() {
		return this.state;
	}

}
