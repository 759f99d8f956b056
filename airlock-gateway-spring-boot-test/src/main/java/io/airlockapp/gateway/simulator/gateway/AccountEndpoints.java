/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.net.URI;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.UUID;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.simulator.http.JsonBody;
import io.airlockapp.gateway.simulator.http.Reply;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Endpoints other than exchanges and pairing: time, identity provider, presence, policies
 * and consent.
 */
public final class AccountEndpoints {

	private final InstantSource clock;

	private final URI identityProvider;

	private final Presence presence;

	private final PolicyStore policies;

	private final Consent consent;

	private final GatewayStyle style;

	public AccountEndpoints(InstantSource clock, URI identityProvider, Presence presence, PolicyStore policies,
			Consent consent, GatewayStyle style) {
		this.clock = clock;
		this.identityProvider = identityProvider;
		this.presence = presence;
		this.policies = policies;
		this.consent = consent;
		this.style = style;
	}

	Reply echo() {
		OffsetDateTime local = this.clock.instant().atZone(ZoneId.systemDefault()).toOffsetDateTime();
		return Reply.json(200,
				HarpJson.mapper()
					.createObjectNode()
					.put("utc", local.toInstant().toString())
					.put("local", local.toString())
					.put("timezone", ZoneId.systemDefault().getId())
					.put("offsetMinutes", local.getOffset().getTotalSeconds() / 60));
	}

	Reply discovery() {
		ObjectNode body = HarpJson.mapper().createObjectNode();
		body.putObject("idp").put("baseUrl", this.identityProvider.toString()).put("clientId", "airlock-integrations");
		body.putObject("auth").put("patSupported", true);
		return Reply.json(200, body);
	}

	Reply heartbeat(RoutedRequest request) {
		JsonBody body = request.json();
		this.presence.beat(body.text("enforcerId"), body.optionalText("enforcerLabel"),
				body.optionalText("workspaceName"));
		return Reply.json(200, HarpJson.mapper().createObjectNode().put("status", "ok"));
	}

	Reply policies(RoutedRequest request) {
		ArrayNode effective = this.policies.effective(request.requiredQuery("enforcerId"),
				request.requiredQuery("workspaceId"), request.query("sessionId"));
		if (this.style.barePolicies()) {
			return Reply.json(200, effective);
		}
		ObjectNode body = HarpJson.mapper()
			.createObjectNode()
			.put("msgType", "dnd.policy.effective")
			.put("requestId", "req-" + UUID.randomUUID());
		body.set("body", effective);
		return Reply.json(200, body);
	}

	Reply consent() {
		this.consent.require();
		return Reply.json(200, HarpJson.mapper().createObjectNode().put("status", this.consent.status().word()));
	}

}
