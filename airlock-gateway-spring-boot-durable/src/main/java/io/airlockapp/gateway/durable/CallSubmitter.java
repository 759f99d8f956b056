package io.airlockapp.gateway.durable;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.exchange.ApprovalSteps;
import io.airlockapp.gateway.exchange.ExchangeReport.Standing;
import io.airlockapp.gateway.exchange.SealedArtifact;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Submits the requests for calls to the gateway. The encrypted plaintext is stored before
 * it is first sent, so that the same bytes are sent again.
 */
final class CallSubmitter {

	private static final Log logger = LogFactory.getLog(CallSubmitter.class);

	private final CallTransitions transitions;

	private final ApprovalSteps steps;

	CallSubmitter(CallTransitions transitions, ApprovalSteps steps) {
		this.transitions = transitions;
		this.steps = steps;
	}

	/**
	 * Submit the request for a recorded call.
	 * @param call the call
	 * @return {@code false} if the gateway refuses the request for good
	 * @throws AirlockGatewayException if the submission has to be repeated
	 */
	boolean submit(DurableCall call) {
		SealedArtifact artifact = seal(call);
		if (artifact == null) {
			return true;
		}
		try {
			this.steps.submit(call.header(), artifact, call.pairing());
		}
		catch (AirlockGatewayException ex) {
			if (!isFinal(ex)) {
				throw ex;
			}
			if (ex.isOtherContent() || !isHeld(call, ex)) {
				logger.warn("The gateway refuses approval %s '%s': %s".formatted(call.id(), call.approval().label(),
						ex.getMessage()));
				return false;
			}
		}
		this.transitions.submitted(call);
		return true;
	}

	private static boolean isFinal(AirlockGatewayException failure) {
		return failure.isOtherContent() || failure.getStatus() == 400 || failure.getStatus() == 422;
	}

	/**
	 * Return whether the gateway holds a request that it refuses now. It then accepted
	 * the request before this instance or another one stopped.
	 */
	private boolean isHeld(DurableCall call, AirlockGatewayException refusal) {
		if (call.artifact() == null) {
			return false;
		}
		Standing standing = this.steps.inspect(call.id(), call.hash()).standing();
		if (standing == Standing.UNCLEAR) {
			throw refusal;
		}
		return standing != Standing.UNKNOWN && standing != Standing.OTHER_CONTENT;
	}

	/**
	 * Return the encrypted plaintext. If the pairing was replaced since it was stored,
	 * and the request may not have been accepted, it is encrypted anew.
	 * @return the artifact, or {@code null} if another instance stored one
	 */
	private @Nullable SealedArtifact seal(DurableCall call) {
		SealedArtifact stored = call.artifact();
		if (stored != null && this.steps.isSealedFor(stored, call.hash(), call.pairing())) {
			return stored;
		}
		if (call.plaintext() == null) {
			throw new UnreadableCallException("Approval %s has no plaintext".formatted(call.id()), null);
		}
		SealedArtifact artifact = this.steps.seal(call.plaintext(), call.pairing());
		return this.transitions.seal(call, artifact) ? artifact : null;
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
