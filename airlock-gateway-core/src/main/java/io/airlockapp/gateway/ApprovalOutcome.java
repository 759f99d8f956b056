/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Outcome of an approval request. The text form contains no text of a person or of the
 * gateway.
 *
 * @param result the result
 * @param requestId the request's id, or {@code null} if no request was created
 * @param elapsed the duration of the request
 * @param decision the verified decision, or {@code null} if there is none
 * @param failure the reason for which there is no decision or it is not used, or {@code
 * null}
 */
public record ApprovalOutcome(ApprovalResult result, @Nullable String requestId, Duration elapsed,
		@Nullable ApprovalDecision decision, @Nullable Throwable failure) {

	public static ApprovalOutcome decided(ApprovalDecision decision, Duration elapsed) {
		return new ApprovalOutcome(decision.isApproved() ? ApprovalResult.APPROVED : ApprovalResult.DENIED,
				decision.requestId(), elapsed, decision, null);
	}

	public static ApprovalOutcome failed(Throwable failure, Duration elapsed) {
		String requestId = (failure instanceof AirlockGatewayException ex) ? ex.getRequestId() : null;
		return new ApprovalOutcome(ApprovalResult.of(failure), requestId, elapsed, null, failure);
	}

	@Override
	public String toString() {
		return "ApprovalOutcome[result=%s, requestId=%s, elapsed=%s]".formatted(this.result, this.requestId,
				this.elapsed);
	}

}
