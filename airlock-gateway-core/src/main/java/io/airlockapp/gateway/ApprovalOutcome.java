/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.time.Duration;
import java.util.List;

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
 * @param votes the votes in the order of their arrival, also of approvers whose group did
 * not decide
 */
public record ApprovalOutcome(ApprovalResult result, @Nullable String requestId, Duration elapsed,
		@Nullable ApprovalDecision decision, @Nullable Throwable failure, List<ApprovalVote> votes) {

	public ApprovalOutcome {
		votes = List.copyOf(votes);
	}

	/**
	 * Create an outcome with the votes of the decision, if there is one.
	 * @param result the result
	 * @param requestId the request's id, or {@code null} if no request was created
	 * @param elapsed the duration of the request
	 * @param decision the verified decision, or {@code null} if there is none
	 * @param failure the reason for which there is no decision or it is not used, or
	 * {@code null}
	 */
	public ApprovalOutcome(ApprovalResult result, @Nullable String requestId, Duration elapsed,
			@Nullable ApprovalDecision decision, @Nullable Throwable failure) {
		this(result, requestId, elapsed, decision, failure, (decision != null) ? decision.votes() : List.of());
	}

	public static ApprovalOutcome decided(ApprovalDecision decision, Duration elapsed) {
		return new ApprovalOutcome(decision.isApproved() ? ApprovalResult.APPROVED : ApprovalResult.DENIED,
				decision.requestId(), elapsed, decision, null);
	}

	public static ApprovalOutcome failed(Throwable failure, Duration elapsed) {
		return failed(failure, elapsed, List.of());
	}

	/**
	 * Create the outcome of a group that did not decide.
	 * @param failure the reason
	 * @param elapsed the duration of the request
	 * @param votes the votes, in the order of their arrival
	 * @return the outcome
	 */
	public static ApprovalOutcome failed(Throwable failure, Duration elapsed, List<ApprovalVote> votes) {
		String requestId = (failure instanceof AirlockGatewayException ex) ? ex.getRequestId() : null;
		return new ApprovalOutcome(ApprovalResult.of(failure), requestId, elapsed, null, failure, votes);
	}

	@Override
	public String toString() {
		return "ApprovalOutcome[result=%s, requestId=%s, elapsed=%s]".formatted(this.result, this.requestId,
				this.elapsed);
	}

}
