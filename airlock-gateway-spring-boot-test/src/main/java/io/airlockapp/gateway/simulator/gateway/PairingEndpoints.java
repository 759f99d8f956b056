/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.time.InstantSource;
import java.util.function.UnaryOperator;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.simulator.approver.Approver;
import io.airlockapp.gateway.simulator.gateway.Pairing.Device;
import io.airlockapp.gateway.simulator.gateway.Pairing.State;
import io.airlockapp.gateway.simulator.gateway.PairingRegistry.PairingCode;
import io.airlockapp.gateway.simulator.http.GatewayRefusal;
import io.airlockapp.gateway.simulator.http.JsonBody;
import io.airlockapp.gateway.simulator.http.Reply;
import tools.jackson.databind.node.ObjectNode;

/**
 * Endpoints for pairing.
 *
 * @param clock the clock
 * @param pairings the pairings
 * @param defaultApprover the approver of codes that are generated in advance
 * @param tampering the modification of approvers' responses by a hostile gateway
 * @param gatewayUrl the gateway's URL
 */
public record PairingEndpoints(InstantSource clock, PairingRegistry pairings, Approver defaultApprover,
		UnaryOperator<ObjectNode> tampering, String gatewayUrl) {

	Reply initiate(RoutedRequest request) {
		JsonBody body = request.json();
		Device device = device(body);
		Pairing pairing = this.pairings.initiate(device, body.optionalText("x25519PublicKey"));
		ObjectNode reply = HarpJson.mapper()
			.createObjectNode()
			.put("pairingNonce", pairing.nonce())
			.put("pairingCode", pairing.code())
			.put("deviceId", device.deviceId())
			.put("gatewayUrl", this.gatewayUrl)
			.put("expiresAt", pairing.expiresAt().toString());
		return Reply.json(201, reply);
	}

	private static Device device(JsonBody body) {
		return new Device(body.text("deviceId"), body.text("enforcerId"), body.optionalText("enforcerLabel"),
				body.optionalText("workspaceName"));
	}

	Reply status(RoutedRequest request) {
		Pairing pairing = this.pairings.byNonce(request.pathVariable());
		if (pairing == null) {
			throw GatewayRefusal.notFound("There is no such pairing");
		}
		State state = pairing.stateAt(this.clock.instant());
		ObjectNode reply = HarpJson.mapper()
			.createObjectNode()
			.put("pairingNonce", pairing.nonce())
			.put("state", state.word())
			.put("expiresAt", pairing.expiresAt().toString());
		String responseJson = pairing.responseJson();
		if (state == State.COMPLETED && responseJson != null) {
			ObjectNode response = (ObjectNode) HarpJson.mapper().readTree(responseJson);
			reply.put("responseJson", this.tampering.apply(response).toString());
			reply.put("routingToken", pairing.routingToken());
		}
		return Reply.json(200, reply);
	}

	Reply preGenerate(RoutedRequest request) {
		request.json().optionalText("enforcerLabel");
		PairingCode code = this.pairings.preGenerate(this.defaultApprover);
		return Reply.json(201,
				HarpJson.mapper()
					.createObjectNode()
					.put("pairingCode", code.code())
					.put("expiresAt", code.expiresAt().toString()));
	}

	Reply claim(RoutedRequest request) {
		JsonBody body = request.json();
		body.text("enforcerLabel");
		body.text("workspaceName");
		Pairing pairing = this.pairings.claim(body.text("pairingCode"), device(body),
				body.optionalText("x25519PublicKey"));
		return Reply.json(200,
				HarpJson.mapper()
					.createObjectNode()
					.put("pairingNonce", pairing.nonce())
					.put("expiresAt", pairing.expiresAt().toString()));
	}

	Reply revoke(RoutedRequest request) {
		Pairing pairing = this.pairings.revoke(request.json().text("routingToken"));
		if (pairing == null) {
			throw GatewayRefusal.notFound("No pairing has this routing token");
		}
		return Reply.json(200,
				HarpJson.mapper()
					.createObjectNode()
					.put("status", "revoked")
					.put("enforcerId", pairing.device().enforcerId()));
	}

}
