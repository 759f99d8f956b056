/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.Objects;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.durable.exchange.ApprovalSteps;
import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.exchange.ExchangeReport;
import io.airlockapp.gateway.exchange.ExchangeReport.Standing;
import org.jspecify.annotations.Nullable;

/**
 * Submits the requests for calls to the gateway. The encrypted plaintext is stored before
 * it is first sent, so that the same bytes are sent again. If the pairing was replaced
 * since, and the gateway does not hold the request, it is encrypted anew.
 */
final class CallSubmitter {

	private final CallTransitions transitions;

	private final ApprovalSteps steps;

	CallSubmitter(CallTransitions transitions, ApprovalSteps steps) {
		this.transitions = transitions;
		this.steps = steps;
	}

	/**
	 * Submit the request for a recorded call.
	 * @param call the call
	 * @return the failure if the gateway refuses the request for good, or {@code null}
	 * @throws AirlockGatewayException if the submission has to be repeated
	 */
	@Nullable AirlockGatewayException submit(DurableCall call) {
		SealedArtifact artifact = call.artifact();
		if (artifact != null && !this.steps.isSealedFor(artifact, call.hash(), call.pairing())) {
			if (isHeld(call)) {
				// The approver who was asked decides, if that key is still accepted
				this.transitions.submitted(call);
				return null;
			}
			artifact = null;
		}
		if (artifact == null) {
			artifact = seal(call);
			if (!this.transitions.seal(call, artifact)) {
				// Another instance stored one
				return null;
			}
		}
		try {
			this.steps.submit(call.header(), artifact, call.pairing());
		}
		catch (AirlockGatewayException ex) {
			if (!isFinal(ex)) {
				throw ex;
			}
			if (ex.isOtherContent() || call.artifact() == null || !isHeld(call)) {
				return ex;
			}
		}
		this.transitions.submitted(call);
		return null;
	}

	private SealedArtifact seal(DurableCall call) {
		return this.steps.seal(Objects.requireNonNull(call.plaintext()), call.pairing());
	}

	private static boolean isFinal(AirlockGatewayException failure) {
		return failure.isOtherContent() || failure.getStatus() == 400 || failure.getStatus() == 422;
	}

	/**
	 * Return whether the gateway holds the request for a call that is not known to be
	 * submitted. It then accepted it before this instance or another one stopped.
	 */
	private boolean isHeld(DurableCall call) {
		ExchangeReport report = this.steps.inspect(call.id(), call.hash());
		if (report.standing() == Standing.UNCLEAR) {
			throw (report.failure() != null) ? report.failure() : new ApprovalUnavailableException(
					"The state of approval %s is not known".formatted(call.id()), call.id(), null);
		}
		return report.standing() != Standing.UNKNOWN && report.standing() != Standing.OTHER_CONTENT;
	}

	/**
	 * Submit a request again that the gateway accepted and forgot.
	 * @param call the submitted call
	 */
	void submitAgain(DurableCall call) {
		if (call.artifact() != null) {
			this.steps.submit(call.header(), call.artifact(), call.pairing());
		}
	}

}
