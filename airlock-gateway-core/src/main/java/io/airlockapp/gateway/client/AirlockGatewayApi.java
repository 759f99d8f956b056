/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import io.airlockapp.gateway.support.Deadline;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.http.ResponseEntity;

/**
 * Endpoints of the Airlock Integrations Gateway. Every response outside 2xx, including
 * redirects, results in a {@link GatewayResponseException}.
 */
public interface AirlockGatewayApi {

	/**
	 * Return the gateway's time. Requires no identity.
	 * @return the gateway's time
	 */
	Echo echo();

	/**
	 * Return the supported ways of identification. Requires no identity.
	 * @return the identity provider and further capabilities
	 */
	Discovery discover();

	/**
	 * Submit an encrypted artifact. Repetitions with the same request id and artifact
	 * hash have no effect.
	 * @param envelope an {@code artifact.submit} envelope
	 * @param deadline the latest end of the request, or {@code null} for the read timeout
	 * @return the {@code artifact.accepted} envelope, if the gateway sends one
	 */
	@Nullable Envelope<JsonNode> submitArtifact(Envelope<ArtifactSubmission> envelope, @Nullable Deadline deadline);

	/**
	 * Return the state of an exchange.
	 * @param requestId the exchange's id
	 * @param deadline the latest end of the request, or {@code null} for the read timeout
	 * @return the {@code exchange.status} envelope
	 */
	Envelope<ExchangeStatus> getExchange(String requestId, @Nullable Deadline deadline);

	/**
	 * Wait for a decision.
	 * @param requestId the exchange's id
	 * @param timeout the time for which the gateway may hold the request, from 1 to 60
	 * seconds
	 * @param deadline the latest end of the request, or {@code null} for the read timeout
	 * after the hold time
	 * @return status 200 with the {@code decision.deliver} envelope, not verified, or 204
	 * while undecided
	 */
	ResponseEntity<Envelope<JsonNode>> awaitDecision(String requestId, int timeout, @Nullable Deadline deadline);

	/**
	 * Withdraw an undecided exchange.
	 * @param requestId the exchange's id
	 * @param deadline the latest end of the request, or {@code null} for the read timeout
	 * @return the {@code exchange.withdrawn} envelope, if the gateway sends one
	 */
	@Nullable Envelope<JsonNode> withdraw(String requestId, @Nullable Deadline deadline);

	/**
	 * Acknowledge a delivered decision.
	 * @param envelope an {@code ack.submit} envelope
	 */
	void acknowledge(Envelope<Acknowledgement> envelope);

	/**
	 * Start a pairing, for which a person enters a code into the phone.
	 * @param request the identity of the enforcer
	 * @return the code, and the nonce for requesting the state
	 */
	InitiatedPairing initiatePairing(PairingInitiation request);

	/**
	 * Return the state of a pairing.
	 * @param nonce the pairing's nonce
	 * @return the state and, once completed, the approver's response
	 */
	PairingStatus getPairingStatus(String nonce);

	/**
	 * Create a pairing code in advance, for an enforcer to claim.
	 * @param request the details of the code
	 * @return the code
	 */
	PairingCode preGeneratePairingCode(PairingCodeRequest request);

	/**
	 * Claim a pairing code that was created in advance.
	 * @param request the code, and the identity of the enforcer
	 * @return the nonce for requesting the state
	 */
	ClaimedPairing claimPairing(PairingClaim request);

	/**
	 * Revoke a pairing.
	 * @param request the pairing's routing token
	 * @return the revoked pairing, if the gateway specifies it
	 */
	@Nullable RevokedPairing revokePairing(PairingRevocation request);

	/**
	 * Report the presence of an enforcer.
	 * @param request the identity of the enforcer
	 */
	void sendHeartbeat(Heartbeat request);

	/**
	 * Return the do-not-disturb policies in force.
	 * @param enforcerId the enforcer's id
	 * @param workspaceId the workspace's name
	 * @param sessionId the enforcer's session, if any
	 * @return the policies, unsigned
	 */
	DndPolicies getEffectivePolicies(String enforcerId, String workspaceId, @Nullable String sessionId);

	/**
	 * Return the state of the user's consent to this application.
	 * @return the consent status
	 */
	ConsentStatus checkConsent();

	/**
	 * Return the same as {@link #checkConsent()} for gateways that only support the older
	 * path.
	 * @return the consent status
	 */
	ConsentStatus checkConsentAtOlderPath();

}
