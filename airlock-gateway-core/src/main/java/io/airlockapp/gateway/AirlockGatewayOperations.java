package io.airlockapp.gateway;

import io.airlockapp.gateway.client.ClaimedPairing;
import io.airlockapp.gateway.client.ConsentStatus;
import io.airlockapp.gateway.client.Discovery;
import io.airlockapp.gateway.client.DndPolicies;
import io.airlockapp.gateway.client.Echo;
import io.airlockapp.gateway.client.Heartbeat;
import io.airlockapp.gateway.client.InitiatedPairing;
import io.airlockapp.gateway.client.PairingClaim;
import io.airlockapp.gateway.client.PairingCode;
import io.airlockapp.gateway.client.PairingCodeRequest;
import io.airlockapp.gateway.client.PairingInitiation;
import io.airlockapp.gateway.client.PairingStatus;
import io.airlockapp.gateway.client.RevokedPairing;
import org.jspecify.annotations.Nullable;

/**
 * Interface specifying the operations of the Airlock Integrations Gateway: one method for
 * each of its endpoints, and {@link #requestApproval} for a complete approval.
 * <p>
 * Every method throws {@link AirlockGatewayException} if the gateway doesn't respond or
 * refuses the request.
 * <p>
 * An application may replace the bean of this type, or place interceptors around it. This
 * has no effect on guarded methods: the guard makes each request itself, and takes only
 * the decision on that request. A replacement has to return from {@link #requestApproval}
 * a verified decision on exactly the request that was passed, whose evidence covers that
 * request, and never one of an earlier request, since its callers rely on it.
 */
public interface AirlockGatewayOperations extends ExchangeOperations {

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
