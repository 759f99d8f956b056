/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.time.InstantSource;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.approver.AutomaticDecisions;
import io.airlockapp.gateway.simulator.gateway.Pairing.State;
import io.airlockapp.gateway.simulator.http.GatewayRefusal;
import io.airlockapp.gateway.simulator.http.HarpEnvelope;
import io.airlockapp.gateway.simulator.http.JsonBody;
import io.airlockapp.gateway.simulator.http.Reply;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Endpoints for artifacts, exchanges and acknowledgements.
 *
 * @param clock the clock
 * @param exchanges the exchanges
 * @param pairings the pairings
 * @param automaticDecisions the decisions by functions
 * @param consent the user's consent
 * @param style the options for responses
 */
public record ExchangeEndpoints(InstantSource clock, ExchangeStore exchanges, PairingRegistry pairings,
		AutomaticDecisions automaticDecisions, Consent consent, GatewayStyle style) {

	private static final int DEFAULT_TIMEOUT = 30;

	private static final int MAX_TIMEOUT = 60;

	/**
	 * Return the name of the approver whom a request concerns.
	 * @return the name, or {@code null} if it concerns no known pairing or exchange
	 */
	@Nullable String approver(@Nullable String requestId, RoutedRequest request) {
		Exchange exchange = (requestId != null) ? this.exchanges.find(requestId) : null;
		if (exchange != null) {
			return exchange.approver().name();
		}
		Pairing pairing = this.pairings.byRoutingToken(request.routingToken());
		return (pairing != null) ? pairing.approver().name() : null;
	}

	Reply submit(RoutedRequest request) {
		this.consent.require();
		ArtifactSubmission artifact = ArtifactSubmission.parse(request.json());
		Pairing pairing = this.pairings.byRoutingToken(artifact.routingToken());
		if (pairing == null) {
			throw GatewayRefusal.of(422, "no_approver", "No approver has this routing token");
		}
		if (pairing.stateAt(this.clock.instant()) == State.REVOKED) {
			throw GatewayRefusal.of(403, "pairing_revoked", "The pairing is revoked");
		}
		if (!this.clock.instant().isBefore(artifact.expiresAt())) {
			throw GatewayRefusal.badRequest("'body.expiresAt' is not in the future");
		}
		PendingRequest pending = this.exchanges.submit(artifact, pairing);
		if (pending != null) {
			this.automaticDecisions.offer(pending);
		}
		ObjectNode body = HarpJson.mapper()
			.createObjectNode()
			.put("requestId", artifact.requestId())
			.put("artifactHash", artifact.artifactHash())
			.put("state", this.style.word(this.exchanges.get(artifact.requestId()).state().word()))
			.put("expiresAt", artifact.expiresAt().toString());
		return envelope(202, "artifact.accepted", artifact.requestId(), body);
	}

	Reply status(RoutedRequest request) {
		Exchange exchange = this.exchanges.get(request.pathVariable());
		PendingRequest pending = exchange.request();
		ObjectNode body = HarpJson.mapper()
			.createObjectNode()
			.put("requestId", pending.requestId())
			.put("state", this.style.word(exchange.state().word()))
			.put("createdAt", pending.createdAt().toString())
			.put("expiresAt", pending.expiresAt().toString())
			.put("artifactHash", exchange.artifact().artifactHash());
		ObjectNode decision = this.style.decisionInStatus() ? this.exchanges.delivered(exchange) : null;
		if (decision != null) {
			body.set("decision", decision.path("body"));
		}
		return envelope(200, "exchange.status", pending.requestId(), body);
	}

	Reply await(RoutedRequest request) throws InterruptedException {
		ObjectNode decision = this.exchanges.awaitDecision(request.pathVariable(), timeout(request.query("timeout")));
		return (decision != null) ? Reply.json(200, decision) : Reply.noContent();
	}

	private static int timeout(@Nullable String text) {
		if (text == null) {
			return DEFAULT_TIMEOUT;
		}
		try {
			int seconds = Integer.parseInt(text);
			if (seconds >= 1 && seconds <= MAX_TIMEOUT) {
				return seconds;
			}
		}
		catch (NumberFormatException ex) {
			// Rejected below
		}
		throw GatewayRefusal.badRequest("'timeout' is not a whole number of seconds from 1 to " + MAX_TIMEOUT);
	}

	Reply withdraw(RoutedRequest request) {
		String requestId = request.pathVariable();
		this.exchanges.withdraw(requestId);
		ObjectNode body = HarpJson.mapper()
			.createObjectNode()
			.put("requestId", requestId)
			.put("state", this.style.word("withdrawn"));
		return envelope(200, "exchange.withdrawn", requestId, body);
	}

	Reply acknowledge(RoutedRequest request) {
		JsonBody envelope = request.json();
		HarpEnvelope.checkAck(envelope);
		JsonBody body = envelope.object("body");
		body.text("status");
		body.instant("ackAt");
		String requestId = envelope.text("requestId");
		String msgId = body.text("msgId");
		this.exchanges.acknowledge(requestId, msgId);
		return envelope(200, "ack.accepted", requestId, HarpJson.mapper().createObjectNode().put("msgId", msgId));
	}

	private Reply envelope(int status, String msgType, String requestId, ObjectNode body) {
		return Reply.json(status, HarpEnvelope.of(msgType, requestId, this.clock.instant(), body));
	}

}
