/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.policy;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.exchange.EncryptedArtifact;
import io.airlockapp.gateway.support.BackgroundTask;
import io.airlockapp.gateway.support.WaitScope;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Sends approvers a best-effort audit artifact for decisions that a do-not-disturb policy
 * made in their place. The artifact expires after a minute and requests no decision.
 * Failures are logged.
 */
public final class DndAudit {

	private static final Log logger = LogFactory.getLog(DndAudit.class);

	private static final Duration TIME_TO_LIVE = Duration.ofMinutes(1);

	private static final int MAX_WAITING = 16;

	private static final int TRIES = 3;

	private final Semaphore waiting = new Semaphore(MAX_WAITING);

	private final AirlockGatewayOperations gateway;

	private final PairingSource pairingSource;

	private final Enforcer enforcer;

	private final String artifactType;

	private final Executor executor;

	private final InstantSource clock;

	/**
	 * Create an instance.
	 * @param gateway the gateway
	 * @param pairingSource the source of the pairings of this application
	 * @param enforcer the identity of this application
	 * @param artifactType the artifact type of requests that specify none
	 * @param executor the executor for the submissions
	 * @param clock the clock for the time of day
	 */
	public DndAudit(AirlockGatewayOperations gateway, PairingSource pairingSource, Enforcer enforcer,
			String artifactType, Executor executor, InstantSource clock) {
		this.gateway = gateway;
		this.pairingSource = pairingSource;
		this.enforcer = enforcer;
		this.artifactType = artifactType;
		this.executor = executor;
		this.clock = clock;
	}

	/**
	 * Notify the approver in the background that a policy approved an action. This method
	 * neither blocks nor throws exceptions.
	 * @param request the request that was not submitted to the approver
	 */
	public void send(ApprovalRequest request) {
		if (!this.waiting.tryAcquire()) {
			failed(request, "too many others are waiting");
			return;
		}
		BackgroundTask.execute(this.executor, (task) -> task, () -> submit(request), (ex) -> {
			this.waiting.release();
			failed(request, AirlockGatewayException.safeMessage(ex));
		});
	}

	private void submit(ApprovalRequest request) {
		try {
			Pairing pairing = this.pairingSource.getPairing(request.getPairing());
			if (pairing == null) {
				throw new ApprovalUnavailableException("There is no pairing", null, null);
			}
			submit(EncryptedArtifact.seal(request, null, pairing, this.enforcer,
					request.getArtifactType(this.artifactType), this.clock.instant(), TIME_TO_LIVE, Map.of(),
					Map.of("dndAudit", "true", "dndDecision", "approve")), pairing);
		}
		catch (Throwable ex) {
			failed(request, AirlockGatewayException.safeMessage(ex));
		}
		finally {
			this.waiting.release();
		}
	}

	private void submit(EncryptedArtifact artifact, Pairing pairing) {
		for (int tries = 1;; tries++) {
			try {
				this.gateway.submitArtifact(artifact.envelope());
				return;
			}
			catch (AirlockGatewayException ex) {
				if (ex.isPairingRevoked()) {
					// No other request of a call that a policy approves names the pairing
					this.pairingSource.pairingRevoked(pairing);
				}
				if (tries == TRIES || !ex.isTransient() || WaitScope.isInterrupted()) {
					throw ex;
				}
				logger.debug("The audit artifact %s is sent again".formatted(artifact.requestId()));
			}
		}
	}

	private static void failed(ApprovalRequest request, String reason) {
		logger.warn("The approver is not notified that a do-not-disturb policy decided on '%s': %s"
			.formatted(request.getLabel(), reason));
	}

}
