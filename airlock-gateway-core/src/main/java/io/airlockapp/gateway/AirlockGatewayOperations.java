/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.client.ArtifactSubmission;
import io.airlockapp.gateway.client.ClaimedPairing;
import io.airlockapp.gateway.client.ConsentStatus;
import io.airlockapp.gateway.client.Discovery;
import io.airlockapp.gateway.client.DndPolicies;
import io.airlockapp.gateway.client.Echo;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeStatus;
import io.airlockapp.gateway.client.Heartbeat;
import io.airlockapp.gateway.client.InitiatedPairing;
import io.airlockapp.gateway.client.PairingClaim;
import io.airlockapp.gateway.client.PairingCode;
import io.airlockapp.gateway.client.PairingCodeRequest;
import io.airlockapp.gateway.client.PairingInitiation;
import io.airlockapp.gateway.client.PairingStatus;
import io.airlockapp.gateway.client.RevokedPairing;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Interface specifying the operations of the Airlock Integrations Gateway: one method for
 * each of its endpoints, and {@link #requestApproval} for a complete approval.
 * <p>
 * Every method throws {@link AirlockGatewayException} if the gateway does not respond or
 * refuses the request.
 * <p>
 * An application may replace the bean of this type, or place interceptors around it. This
 * has no effect on guarded methods: the guard makes each request itself, and takes only
 * the decision on that request. A replacement has to return from {@link #requestApproval}
 * a verified decision on exactly the request that was passed, whose evidence covers that
 * request, and never one of an earlier request, since its callers rely on it.
 */
public interface AirlockGatewayOperations {

	/**
	 * Request approval and wait for the decision. The calling thread blocks. If it is
	 * interrupted, the request is withdrawn and the interrupt status is preserved.
	 * @param request the request
	 * @return the verified decision: approved or rejected
	 * @throws ApprovalTimeoutException if no decision was made before the deadline
	 * @throws ApprovalUnavailableException if approval could not be requested
	 * @throws ApprovalVerificationException if the decision does not verify
	 */
	ApprovalDecision requestApproval(ApprovalRequest request);

	/**
	 * Request approval without blocking. The request is withdrawn if the future is
	 * cancelled or otherwise completed by the caller, for example by
	 * <code>orTimeout</code>.
	 * @param request the request
	 * @return a future of the verified decision, which fails with the exceptions of
	 * {@link #requestApproval}
	 */
	CompletableFuture<ApprovalDecision> requestApprovalAsync(ApprovalRequest request);

	/**
	 * Submit an encrypted artifact.
	 * @param envelope an {@code artifact.submit} envelope
	 * @return the {@code artifact.accepted} envelope, if the gateway sends one
	 */
	@Nullable Envelope<JsonNode> submitArtifact(Envelope<ArtifactSubmission> envelope);

	/**
	 * Request the state of an exchange.
	 * @param requestId the exchange's id
	 * @return the state
	 */
	ExchangeStatus getExchange(String requestId);

	/**
	 * Wait for a decision. The result has <em>not</em> been verified.
	 * @param requestId the exchange's id
	 * @param timeout the time for which the gateway may hold the request, from 1 to 60
	 * seconds
	 * @return the {@code decision.deliver} envelope, or {@code null} while undecided
	 * @throws IllegalArgumentException if the timeout is out of range
	 */
	@Nullable Envelope<JsonNode> awaitDecision(String requestId, Duration timeout);

	/**
	 * Withdraw an exchange that is still undecided.
	 * @param requestId the exchange's id
	 */
	void withdraw(String requestId);

	/**
	 * Acknowledge a delivered decision.
	 * @param requestId the exchange's id
	 * @param msgId the id of the delivered message
	 */
	void acknowledge(String requestId, String msgId);

	/**
	 * Request the gateway's time, as health checks do. Fails immediately if the
	 * application's own rate limit is exhausted.
	 * @return the gateway's time
	 */
	Echo echo();

	/**
	 * Request the supported ways of identification.
	 * @return the identity provider and further capabilities
	 */
	Discovery discover();

	/**
	 * Start a pairing.
	 * @param request the identity of the enforcer
	 * @return the code for the person, and the nonce for requesting the state
	 */
	InitiatedPairing initiatePairing(PairingInitiation request);

	/**
	 * Request the state of a pairing.
	 * @param pairingNonce the pairing's nonce
	 * @return the state and, once completed, the approver's response
	 */
	PairingStatus getPairingStatus(String pairingNonce);

	/**
	 * Create a pairing code in advance.
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
	 * @param routingToken the pairing's routing token
	 * @return the revoked pairing, if the gateway specifies it
	 */
	@Nullable RevokedPairing revokePairing(String routingToken);

	/**
	 * Report the presence of an enforcer.
	 * @param heartbeat the identity of the enforcer
	 */
	void sendHeartbeat(Heartbeat heartbeat);

	/**
	 * Request the do-not-disturb policies in force. They are not signed.
	 * @param enforcerId the enforcer's id
	 * @param workspaceName the workspace's name
	 * @param sessionId the enforcer's session, if any
	 * @return the policies
	 */
	DndPolicies getEffectivePolicies(String enforcerId, String workspaceName, @Nullable String sessionId);

	/**
	 * Request the state of the user's consent to this application. Fails immediately if
	 * the application's own rate limit is exhausted.
	 * @return the consent status
	 * @see AirlockGatewayException#isConsentMissing()
	 */
	ConsentStatus checkConsent();

}
