package io.airlockapp.gateway;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Outcome of the request for one approval. Its text form contains nothing that a person
 * or the gateway wrote.
 *
 * @param result the result
 * @param requestId the request's id, or {@code null} if none was made
 * @param elapsed the time that the request took
 * @param decision the verified decision, or {@code null} if there is none
 * @param failure the reason why there is no decision or why it is not used, or {@code
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
