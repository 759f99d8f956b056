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
 * each of its requests and, on top of them, the request for an approval from start to
 * end.
 * <p>
 * Every method throws {@link AirlockGatewayException} if the gateway doesn't respond or
 * refuses.
 */
public interface AirlockGatewayOperations extends ExchangeOperations {

	/**
	 * Ask for the gateway's time, as checks of its health do: only if the application's
	 * own limit leaves room for it at once.
	 * @return the gateway's time
	 */
	Echo echo();

	/**
	 * Ask how callers may identify themselves.
	 * @return the identity provider and what else is supported
	 */
	Discovery discover();

	/**
	 * Start a pairing.
	 * @param request who wants to pair
	 * @return the code for the person, and the nonce by which to ask for the state
	 */
	InitiatedPairing initiatePairing(PairingInitiation request);

	/**
	 * Ask for the state of a pairing.
	 * @param pairingNonce the pairing's nonce
	 * @return its state and, when completed, the approver's response
	 */
	PairingStatus getPairingStatus(String pairingNonce);

	/**
	 * Make a pairing code in advance.
	 * @param request what the code is for
	 * @return the code
	 */
	PairingCode preGeneratePairingCode(PairingCodeRequest request);

	/**
	 * Claim a pairing code that was made in advance.
	 * @param request the code, and who claims it
	 * @return the nonce by which to ask for the state
	 */
	ClaimedPairing claimPairing(PairingClaim request);

	/**
	 * Revoke a pairing.
	 * @param routingToken the pairing's routing token
	 * @return what was revoked, if the gateway says so
	 */
	@Nullable RevokedPairing revokePairing(String routingToken);

	/**
	 * Say that an enforcer is present.
	 * @param heartbeat who is present
	 */
	void sendHeartbeat(Heartbeat heartbeat);

	/**
	 * Ask for the do-not-disturb policies in force. They are not signed.
	 * @param enforcerId the enforcer's id
	 * @param workspaceName the workspace's name
	 * @param sessionId a session of the enforcer, if any
	 * @return the policies
	 */
	DndPolicies getEffectivePolicies(String enforcerId, String workspaceName, @Nullable String sessionId);

	/**
	 * Ask whether the user consented to this application, only if the application's own
	 * limit leaves room for it at once.
	 * @return the consent status
	 * @see AirlockGatewayException#isConsentMissing()
	 */
	ConsentStatus checkConsent();

}
