/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.Objects;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.durable.exchange.ApprovalSteps;
import io.airlockapp.gateway.durable.exchange.OtherPairingException;
import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.exchange.ExchangeReport;
import io.airlockapp.gateway.exchange.ExchangeReport.Standing;
import org.jspecify.annotations.Nullable;

/**
 * Submits the requests for calls to the gateway. The encrypted plaintext is stored before
 * it is first sent, so that the same bytes are sent again. If the pairing was replaced
 * since, and the gateway does not hold the request, it is encrypted anew.
 *
 * @param transitions the transitions
 * @param steps the steps of exchanges
 */
record CallSubmitter(BallotTransitions transitions, ApprovalSteps steps) {

	/**
	 * Submit the request for a recorded call.
	 * @param asked the ballot
	 * @return the failure if the gateway refuses the request for good, or {@code null}
	 * @throws AirlockGatewayException if the submission has to be repeated
	 */
	@Nullable AirlockGatewayException submit(AskedBallot asked) {
		SealedArtifact artifact = asked.artifact();
		if (artifact != null && !this.steps.isSealedFor(artifact, asked.hash(), asked.pairing())) {
			if (isHeld(asked)) {
				// The approver who was asked decides, if that key is still accepted
				this.transitions.submitted(asked);
				return null;
			}
			artifact = null;
		}
		AskedBallot sealed = asked;
		if (artifact == null) {
			artifact = this.steps.seal(Objects.requireNonNull(asked.ballot().plaintext()), asked.pairing());
			if (!this.transitions.seal(asked, artifact)) {
				// Another instance stored one
				return null;
			}
			sealed = asked.with(artifact);
		}
		try {
			this.steps.submit(sealed.header(), artifact, sealed.pairing());
		}
		catch (AirlockGatewayException ex) {
			if (!isFinal(ex)) {
				throw ex;
			}
			if (ex.isOtherContent() || asked.artifact() == null || !isHeld(sealed)) {
				return ex;
			}
		}
		this.transitions.submitted(asked);
		return null;
	}

	private static boolean isFinal(AirlockGatewayException failure) {
		return failure.isOtherContent() || failure.getStatus() == 400 || failure.getStatus() == 422;
	}

	/**
	 * Return whether the gateway holds the request for a call that is not known to be
	 * submitted. It then accepted it before this instance or another one stopped.
	 */
	private boolean isHeld(AskedBallot asked) {
		ExchangeReport report = this.steps.inspect(asked.id(), asked.hash());
		if (report.standing() == Standing.UNCLEAR) {
			throw (report.failure() != null) ? report.failure() : new ApprovalUnavailableException(
					"The state of approval %s is not known".formatted(asked.id()), asked.id(), null);
		}
		return report.standing() != Standing.UNKNOWN && report.standing() != Standing.OTHER_CONTENT;
	}

	/**
	 * Submit a request again that the gateway accepted and forgot.
	 * @param asked the submitted ballot
	 * @throws OtherPairingException if the approvers of the pairing in force cannot
	 * decrypt it. They were not asked, and the decision of those who were still counts
	 */
	void submitAgain(AskedBallot asked) {
		SealedArtifact artifact = Objects.requireNonNull(asked.artifact());
		if (!this.steps.isSealedFor(artifact, asked.hash(), asked.pairing())) {
			throw new OtherPairingException(asked.pairing());
		}
		this.steps.submit(asked.header(), artifact, asked.pairing());
	}

}
