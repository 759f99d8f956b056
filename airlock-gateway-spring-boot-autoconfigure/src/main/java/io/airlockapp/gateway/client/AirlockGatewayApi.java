package io.airlockapp.gateway.client;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * The endpoints of the Airlock Integrations Gateway. Every answer outside 2xx, redirects
 * included, is a {@link GatewayResponseException}.
 */
@HttpExchange(accept = "application/json")
public interface AirlockGatewayApi {

	/**
	 * Tell the gateway's time. Needs no identity.
	 * @return the gateway's time
	 */
	@GetExchange("/echo")
	Echo echo();

	/**
	 * Tell how callers may identify themselves. Needs no identity.
	 * @return the identity provider and what else is supported
	 */
	@GetExchange("/v1/integrations/discovery")
	Discovery discover();

	/**
	 * Submit an encrypted artifact. Repeating the same request id and artifact hash is
	 * harmless.
	 * @param envelope an {@code artifact.submit} envelope
	 * @param deadline when the call ends at the latest, if before the read timeout
	 * @return the {@code artifact.accepted} envelope
	 */
	@PostExchange("/v1/artifacts")
	@Nullable Envelope<JsonNode> submitArtifact(@RequestBody Envelope<ArtifactSubmission> envelope,
			@RequestAttribute(name = GatewayRequest.DEADLINE, required = false) @Nullable Deadline deadline);

	/**
	 * Tell the state of an exchange.
	 * @param requestId the exchange's id
	 * @param deadline when the call ends at the latest, if before the read timeout
	 * @return the {@code exchange.status} envelope
	 */
	@GetExchange("/v1/exchanges/{requestId}")
	Envelope<ExchangeStatus> getExchange(@PathVariable String requestId,
			@RequestAttribute(name = GatewayRequest.DEADLINE, required = false) @Nullable Deadline deadline);

	/**
	 * Wait for a decision.
	 * @param requestId the exchange's id
	 * @param timeout how long the gateway may hold the call, in whole seconds from 1 to
	 * 60
	 * @param deadline when the call ends at the latest, if before the read timeout
	 * @return status 200 with the {@code decision.deliver} envelope, not verified, or 204
	 * while undecided
	 */
	@GetExchange("/v1/exchanges/{requestId}/wait")
	ResponseEntity<Envelope<JsonNode>> awaitDecision(@PathVariable String requestId, @RequestParam int timeout,
			@RequestAttribute(name = GatewayRequest.DEADLINE, required = false) @Nullable Deadline deadline);

	/**
	 * Withdraw an exchange that is still undecided.
	 * @param requestId the exchange's id
	 * @param deadline when the call ends at the latest, if before the read timeout
	 * @return the {@code exchange.withdrawn} envelope
	 */
	@PostExchange("/v1/exchanges/{requestId}/withdraw")
	@Nullable Envelope<JsonNode> withdraw(@PathVariable String requestId,
			@RequestAttribute(name = GatewayRequest.DEADLINE, required = false) @Nullable Deadline deadline);

	/**
	 * Acknowledge a delivered decision.
	 * @param envelope an {@code ack.submit} envelope
	 */
	@PostExchange("/v1/acks")
	void acknowledge(@RequestBody Envelope<Acknowledgement> envelope);

	/**
	 * Start a pairing, for which a person enters a code into the phone.
	 * @param request who wants to pair
	 * @return the code and the nonce by which to ask for the state
	 */
	@PostExchange("/v1/pairing/initiate")
	InitiatedPairing initiatePairing(@RequestBody PairingInitiation request);

	/**
	 * Tell the state of a pairing.
	 * @param nonce the pairing's nonce
	 * @return its state and, when completed, the approver's response
	 */
	@GetExchange("/v1/pairing/{nonce}/status")
	PairingStatus getPairingStatus(@PathVariable String nonce);

	/**
	 * Make a pairing code in advance, for an enforcer to claim.
	 * @param request what the code is for
	 * @return the code
	 */
	@PostExchange("/v1/pairing/pre-generate")
	PairingCode preGeneratePairingCode(@RequestBody PairingCodeRequest request);

	/**
	 * Claim a code that was made in advance.
	 * @param request the code, and who claims it
	 * @return the nonce by which to ask for the state
	 */
	@PostExchange("/v1/pairing/claim")
	ClaimedPairing claimPairing(@RequestBody PairingClaim request);

	/**
	 * Revoke a pairing.
	 * @param request the pairing's routing token
	 * @return what was revoked
	 */
	@PostExchange("/v1/pairing/revoke")
	@Nullable RevokedPairing revokePairing(@RequestBody PairingRevocation request);

	/**
	 * Say that the enforcer is present.
	 * @param request who is present
	 */
	@PostExchange("/v1/presence/heartbeat")
	void sendHeartbeat(@RequestBody Heartbeat request);

	/**
	 * Tell the do-not-disturb policies in force.
	 * @param enforcerId the enforcer's id
	 * @param workspaceId the workspace's name
	 * @param sessionId a session of the enforcer, if any
	 * @return the policies, unsigned
	 */
	@GetExchange("/v1/policy/dnd/effective")
	DndPolicies getEffectivePolicies(@RequestParam String enforcerId, @RequestParam String workspaceId,
			@RequestParam(required = false) @Nullable String sessionId);

	/**
	 * Tell whether the user consented to this application.
	 * @return the consent status
	 */
	@GetExchange("/v1/consents/check")
	ConsentStatus checkConsent();

	/**
	 * Tell the same as {@link #checkConsent()} on gateways that only have the older path.
	 * @return the consent status
	 */
	@GetExchange("/v1/consent/status")
	ConsentStatus checkConsentAtOlderPath();

}
