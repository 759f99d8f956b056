package io.airlockapp.gateway.pairing;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.client.ClaimedPairing;
import io.airlockapp.gateway.client.InitiatedPairing;
import io.airlockapp.gateway.client.PairingClaim;
import io.airlockapp.gateway.client.PairingCode;
import io.airlockapp.gateway.client.PairingCodeRequest;
import io.airlockapp.gateway.client.PairingInitiation;
import io.airlockapp.gateway.client.PairingStatus;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.KeyAgreement;
import io.airlockapp.gateway.support.VisibleAscii;
import org.jspecify.annotations.Nullable;

/**
 * Client of the gateway's endpoints for pairing, on behalf of this enforcer. Codes and
 * nonces in responses are checked for presence and for their permitted characters and
 * length.
 */
final class PairingGateway {

	private final AirlockGatewayOperations operations;

	private final Enforcer enforcer;

	private final String gatewayUrl;

	PairingGateway(AirlockGatewayOperations operations, Enforcer enforcer, String gatewayUrl) {
		this.operations = operations;
		this.enforcer = enforcer;
		this.gatewayUrl = gatewayUrl;
	}

	InitiatedPairing initiate(KeyAgreement keys) {
		return this.operations.initiatePairing(new PairingInitiation(this.enforcer.deviceId(), this.enforcer.id(),
				this.gatewayUrl, keys.publicKey(), this.enforcer.label(), this.enforcer.workspaceName()));
	}

	PairingCode preGenerate() {
		return this.operations
			.preGeneratePairingCode(new PairingCodeRequest(this.enforcer.label(), this.enforcer.workspaceName()));
	}

	ClaimedPairing claim(String code, KeyAgreement keys) {
		return this.operations.claimPairing(new PairingClaim(code, this.enforcer.deviceId(), this.enforcer.id(),
				this.enforcer.label(), this.enforcer.workspaceName(), this.gatewayUrl, keys.publicKey()));
	}

	PairingStatus getStatus(String nonce) {
		return this.operations.getPairingStatus(nonce);
	}

	void revoke(String routingToken) {
		this.operations.revokePairing(routingToken);
	}

	/**
	 * Return the text that is drawn as a QR code.
	 */
	String qrText(String code) {
		return HarpJson.mapper()
			.createObjectNode()
			.put("gatewayUrl", this.gatewayUrl)
			.put("pairingCode", code)
			.toString();
	}

	static String requireCode(@Nullable String code) {
		return require("pairing code", code, 64);
	}

	static String requireNonce(@Nullable String nonce) {
		return require("pairing nonce", nonce, 512);
	}

	private static String require(String what, @Nullable String text, int maxLength) {
		if (text == null || !VisibleAscii.matches(text, maxLength)) {
			throw new AirlockGatewayException("The gateway's answer has no usable " + what, null, null);
		}
		return text;
	}

}
