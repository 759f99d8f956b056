/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.harp.Ciphertext;

/**
 * Every plain call of the template, for what holds for all of them.
 */
enum GatewayCall {

	ECHO(AirlockGatewayTemplate::echo),

	DISCOVERY(AirlockGatewayTemplate::discover),

	SUBMIT((template) -> template.submitArtifact(submission())),

	STATUS((template) -> template.getExchange("req-1")),

	WAIT((template) -> template.awaitDecision("req-1", Duration.ofSeconds(1))),

	WITHDRAW((template) -> template.withdraw("req-1")),

	ACKNOWLEDGE((template) -> template.acknowledge("req-1", "msg-1")),

	INITIATE_PAIRING((template) -> template
		.initiatePairing(new PairingInitiation("device-1", "refunds", null, null, null, null))),

	PAIRING_STATUS((template) -> template.getPairingStatus("nonce-1")),

	PRE_GENERATE((template) -> template.preGeneratePairingCode(new PairingCodeRequest(null, null))),

	CLAIM_PAIRING((template) -> template
		.claimPairing(new PairingClaim("123456", "device-1", "refunds", "Refunds", "payments", null, null))),

	REVOKE_PAIRING((template) -> template.revokePairing("routing-token-1")),

	HEARTBEAT((template) -> template.sendHeartbeat(new Heartbeat("refunds", null, null))),

	POLICIES((template) -> template.getEffectivePolicies("refunds", "payments", null)),

	CONSENT(AirlockGatewayTemplate::checkConsent);

	private final Consumer<AirlockGatewayTemplate> call;

	GatewayCall(Consumer<AirlockGatewayTemplate> call) {
		this.call = call;
	}

	void on(AirlockGatewayTemplate template) {
		this.call.accept(template);
	}

	/**
	 * Return whether the gateway's text is quoted, which may repeat a secret of a
	 * pairing.
	 */
	boolean isQuoted() {
		return this != CLAIM_PAIRING && this != PAIRING_STATUS && this != REVOKE_PAIRING;
	}

	private static Envelope<ArtifactSubmission> submission() {
		ArtifactSubmission body = new ArtifactSubmission("command.review", "00ff",
				new Ciphertext("AES-256-GCM", "ZGF0YQ==", "bm9uY2U=", "dGFn"), "2026-11-24T10:05:00Z", Map.of());
		return Envelope.of(ArtifactSubmission.MSG_TYPE, "req-1", Instant.parse("2026-11-24T10:00:00Z"), null, "refunds",
				body);
	}

}
