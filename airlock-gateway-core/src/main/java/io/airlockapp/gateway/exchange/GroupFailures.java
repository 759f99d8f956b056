/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalConsentException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.Tally;
import io.airlockapp.gateway.approvers.Tally.Outcome;
import io.airlockapp.gateway.exchange.ApprovalExchange.Interruption;

/**
 * Creates the exceptions of a call that its group did not decide.
 *
 * @param callId the call's id
 * @param group the group
 */
record GroupFailures(String callId, ApproverGroup group) {

	/**
	 * Create the exception for a call that is not wanted any more.
	 * @param why the reason as a clause
	 */
	AirlockGatewayException interrupted(String why, Interruption interruption) {
		String message = "%s; the requests of %s were withdrawn, or expire by themselves".formatted(why, this.callId);
		AirlockGatewayException ending = interruption.findEnding(message);
		return (ending != null) ? ending : new ApprovalUnavailableException(message, this.callId, null);
	}

	/**
	 * Create the exception for a call whose time is over.
	 * @param lost the reasons by pairing, of which those other than the time are stated
	 */
	AirlockGatewayException timeout(Tally.Result result, Map<String, AirlockGatewayException> lost) {
		return new ApprovalTimeoutException(
				"%s of %s on %s came in time; the other requests were withdrawn or have expired%s".formatted(
						result.counted().size(), this.group.describeQuorum(), this.callId,
						reasons(lost, (why) -> !(why instanceof ApprovalTimeoutException))),
				this.callId);
	}

	private static String reasons(Map<String, AirlockGatewayException> lost,
			Predicate<AirlockGatewayException> stated) {
		String reasons = lost.entrySet()
			.stream()
			.filter((entry) -> stated.test(entry.getValue()))
			.map((entry) -> "'%s': %s".formatted(entry.getKey(), entry.getValue().getMessage()))
			.collect(Collectors.joining("; "));
		return reasons.isEmpty() ? "" : ": " + reasons;
	}

	/**
	 * Create the exception for a quorum that is out of reach.
	 * @param lost the reasons by pairing
	 */
	AirlockGatewayException outOfReach(Outcome outcome, Map<String, AirlockGatewayException> lost) {
		String message = "The approvers '%s' cannot give %s%s".formatted(this.group.name(), this.group.describeQuorum(),
				reasons(lost, (why) -> true));
		AirlockGatewayException cause = lost.values().stream().findFirst().orElse(null);
		if (outcome == Outcome.UNVERIFIED) {
			return new ApprovalVerificationException(message, this.callId, cause);
		}
		for (AirlockGatewayException reason : lost.values()) {
			if (reason instanceof ApprovalConsentException
					&& reason.getCause() instanceof AirlockGatewayException refusal) {
				// The user's consent is missing for all pairings
				return new ApprovalConsentException(refusal, this.callId);
			}
		}
		return new ApprovalUnavailableException(message, this.callId, cause);
	}

}
