/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.client.ArtifactSubmission;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.Heartbeat;
import io.airlockapp.gateway.harp.Ciphertext;
import io.airlockapp.gateway.simulator.SimulatorCall;

/**
 * The calls of the gateway at which faults are made.
 */
enum GatewayOperation {

	SUBMIT(SimulatorCall.SUBMIT_ARTIFACT, "POST /v1/artifacts", (template) -> template.submitArtifact(submission())),

	WAIT(SimulatorCall.WAIT_FOR_DECISION, "/wait?",
			(template) -> template.awaitDecision("req-1", Duration.ofSeconds(1))),

	WITHDRAW(SimulatorCall.WITHDRAW, "/withdraw", (template) -> template.withdraw("req-1")),

	ACKNOWLEDGE(SimulatorCall.ACKNOWLEDGE, "/v1/acks", (template) -> template.acknowledge("req-1", "msg-1")),

	HEARTBEAT(SimulatorCall.HEARTBEAT, "/v1/presence",
			(template) -> template.sendHeartbeat(new Heartbeat("shop", null, null))),

	POLICIES(SimulatorCall.DND_POLICIES, "/v1/policy",
			(template) -> template.getEffectivePolicies("shop", "payments", null)),

	PAIRING_STATUS(SimulatorCall.PAIRING_STATUS, "/v1/pairing", (template) -> template.getPairingStatus("nonce-1"));

	private final SimulatorCall call;

	private final String path;

	private final Consumer<AirlockGatewayTemplate> operation;

	GatewayOperation(SimulatorCall call, String path, Consumer<AirlockGatewayTemplate> operation) {
		this.call = call;
		this.path = path;
		this.operation = operation;
	}

	SimulatorCall call() {
		return this.call;
	}

	/**
	 * Return a text by which the network knows the call.
	 */
	String path() {
		return this.path;
	}

	/**
	 * Return whether there is an answer to be read, beyond its status.
	 */
	boolean hasAnswer() {
		return this != ACKNOWLEDGE && this != HEARTBEAT;
	}

	void on(AirlockGatewayTemplate template) {
		this.operation.accept(template);
	}

	private static Envelope<ArtifactSubmission> submission() {
		ArtifactSubmission body = new ArtifactSubmission("command.review", "00ff",
				new Ciphertext("AES-256-GCM", "ZGF0YQ==", "bm9uY2U=", "dGFn"), "2026-11-24T10:05:00Z", Map.of());
		return Envelope.of(ArtifactSubmission.MSG_TYPE, "req-1", Instant.parse("2026-11-24T10:00:00Z"), null, "shop",
				body);
	}

}
