package io.airlockapp.gateway.client;

import io.airlockapp.gateway.support.Deadline;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.http.ResponseEntity;

/**
 * Endpoints of the Airlock Integrations Gateway. Every response outside 2xx, redirects
 * included, results in a {@link GatewayResponseException}.
 */
public interface AirlockGatewayApi {

	/**
	 * Return the gateway's time. Needs no identity.
	 * @return the gateway's time
	 */
	Echo echo();

	/**
	 * Return the ways in which clients can identify themselves. Needs no identity.
	 * @return the identity provider and what else is supported
	 */
	Discovery discover();

	/**
	 * Submit an encrypted artifact. Repeating the same request id and artifact hash is
	 * harmless.
	 * @param envelope an {@code artifact.submit} envelope
	 * @param deadline when the call ends at the latest, if before the read timeout
	 * @return the {@code artifact.accepted} envelope
	 */
	@Nullable Envelope<JsonNode> submitArtifact(Envelope<ArtifactSubmission> envelope, @Nullable Deadline deadline);

	/**
	 * Return the state of an exchange.
	 * @param requestId the exchange's id
	 * @param deadline when the call ends at the latest, if before the read timeout
	 * @return the {@code exchange.status} envelope
	 */
	Envelope<ExchangeStatus> getExchange(String requestId, @Nullable Deadline deadline);

	/**
	 * Wait for a decision.
	 * @param requestId the exchange's id
	 * @param timeout how long the gateway may hold the call, in whole seconds from 1 to
	 * 60
	 * @param deadline when the call ends at the latest, if before the read timeout
	 * @return status 200 with the {@code decision.deliver} envelope, not verified, or 204
	 * while undecided
	 */
	ResponseEntity<Envelope<JsonNode>> awaitDecision(String requestId, int timeout, @Nullable Deadline deadline);

	/**
	 * Withdraw an exchange that is still undecided.
	 * @param requestId the exchange's id
	 * @param deadline when the call ends at the latest, if before the read timeout
	 * @return the {@code exchange.withdrawn} envelope
	 */
	@Nullable Envelope<JsonNode> withdraw(String requestId, @Nullable Deadline deadline);

	/**
	 * Acknowledge a delivered decision.
	 * @param envelope an {@code ack.submit} envelope
	 */
	void acknowledge(Envelope<Acknowledgement> envelope);

	/**
	 * Start a pairing, for which a person enters a code into the phone.
	 * @param request who wants to pair
	 * @return the code and the nonce by which to ask for the state
	 */
	InitiatedPairing initiatePairing(PairingInitiation request);

	/**
	 * Return the state of a pairing.
	 * @param nonce the pairing's nonce
	 * @return its state and, when completed, the approver's response
	 */
	PairingStatus getPairingStatus(String nonce);

	/**
	 * Make a pairing code in advance, for an enforcer to claim.
	 * @param request what the code is for
	 * @return the code
	 */
	PairingCode preGeneratePairingCode(PairingCodeRequest request);

	/**
	 * Claim a code that was made in advance.
	 * @param request the code, and who claims it
	 * @return the nonce by which to ask for the state
	 */
	ClaimedPairing claimPairing(PairingClaim request);

	/**
	 * Revoke a pairing.
	 * @param request the pairing's routing token
	 * @return what was revoked
	 */
	@Nullable RevokedPairing revokePairing(PairingRevocation request);

	/**
	 * Say that the enforcer is present.
	 * @param request who is present
	 */
	void sendHeartbeat(Heartbeat request);

	/**
	 * Return the do-not-disturb policies in force.
	 * @param enforcerId the enforcer's id
	 * @param workspaceId the workspace's name
	 * @param sessionId a session of the enforcer, if any
	 * @return the policies, unsigned
	 */
	DndPolicies getEffectivePolicies(String enforcerId, String workspaceId, @Nullable String sessionId);

	/**
	 * Return whether the user consented to this application.
	 * @return the consent status
	 */
	ConsentStatus checkConsent();

	/**
	 * Return the same as {@link #checkConsent()} on gateways that only have the older
	 * path.
	 * @return the consent status
	 */
	ConsentStatus checkConsentAtOlderPath();

}
