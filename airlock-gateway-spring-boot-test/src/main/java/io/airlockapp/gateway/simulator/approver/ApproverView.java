/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.approver;

import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.Heartbeat;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.RequestedAction;
import io.airlockapp.gateway.simulator.gateway.ExchangeStore;
import io.airlockapp.gateway.simulator.gateway.PairingRegistry;
import io.airlockapp.gateway.simulator.gateway.Presence;
import io.airlockapp.gateway.support.VisibleText;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON view of everything that the page shows to an approver. Texts of other parties are
 * escaped by the same rules as in the enforcer: whatever could hide or reorder parts of
 * them is spelled out.
 *
 * @param clock the clock
 * @param pairings the pairings
 * @param exchanges the exchanges
 * @param presence the enforcers that are online
 */
public record ApproverView(InstantSource clock, PairingRegistry pairings, ExchangeStore exchanges, Presence presence) {

	private static final int MAX_HISTORY = 50;

	private static final Pattern MASKED = Pattern.compile("\\{\"@masked\":\"hmac-sha256:[0-9a-f]{64}\"}");

	ObjectNode toJson(Approver approver) {
		ObjectNode view = HarpJson.mapper().createObjectNode().put("now", this.clock.instant().toEpochMilli());
		SignerKey key = approver.phone().signerKey();
		view.putObject("device").put("keyId", key.id()).put("fingerprint", key.fingerprint());
		List<PendingRequest> waiting = this.exchanges.pending();
		ArrayNode approvers = view.put("approver", approver.name()).putArray("approvers");
		this.pairings.initial()
			.keySet()
			.forEach((name) -> approvers.addObject()
				.put("name", name)
				.put("pending", waiting.stream().filter((request) -> request.approver().equals(name)).count()));
		ArrayNode pending = view.putArray("pending");
		waiting.stream()
			.filter((request) -> request.approver().equals(approver.name()))
			.forEach((request) -> pending.add(pending(request)));
		ArrayNode history = view.putArray("history");
		List<HandledRequest> handled = this.exchanges.history();
		for (int i = handled.size() - 1; i >= 0 && history.size() < MAX_HISTORY; i--) {
			if (handled.get(i).request().approver().equals(approver.name())) {
				history.add(handled(handled.get(i)));
			}
		}
		ArrayNode apps = view.putArray("apps");
		this.presence.all().values().forEach((heartbeat) -> apps.add(app(heartbeat)));
		return view;
	}

	private static ObjectNode pending(PendingRequest request) {
		ObjectNode json = summary(request);
		put(json, "actionType", request.actionType());
		put(json, "source", request.source());
		put(json, "workspace", request.workspaceName());
		put(json, "repo", request.repoName());
		put(json, "artifactType", request.artifactType());
		put(json, "enforcer", request.enforcerId());
		put(json, "problem", request.problem());
		json.put("createdAt", request.createdAt().toEpochMilli()).put("expiresAt", request.expiresAt().toEpochMilli());
		ArrayNode arguments = json.putArray("arguments");
		request.arguments()
			.forEach((name, value) -> arguments.addObject()
				.put("name", VisibleText.of(name))
				.put("value", VisibleText.of(readable(value))));
		ArrayNode actions = json.putArray("actions");
		actions(request).forEach((action) -> actions.addObject()
			.put("id", action.id())
			.put("caption", VisibleText.of(action.caption()))
			.put("style", action.style())
			.put("approves", action.verdict() == Verdict.APPROVE));
		return json;
	}

	/**
	 * Return the buttons that are enabled: a request that cannot be decrypted cannot be
	 * approved.
	 */
	static List<RequestedAction> actions(PendingRequest request) {
		return request.actions()
			.stream()
			.filter((action) -> request.problem() == null || action.verdict() == Verdict.REJECT)
			.toList();
	}

	private static ObjectNode summary(PendingRequest request) {
		ObjectNode json = HarpJson.mapper().createObjectNode().put("id", request.requestId());
		put(json, "label", request.label());
		put(json, "description", request.description());
		put(json, "command", request.commandText());
		return json;
	}

	private static ObjectNode handled(HandledRequest handled) {
		ObjectNode json = summary(handled.request());
		json.put("outcome", handled.outcome().name()).put("at", handled.at().toEpochMilli());
		put(json, "reason", handled.reason());
		put(json, "policy", handled.request().metadata().get("dndDecision"));
		return json;
	}

	private static ObjectNode app(Heartbeat heartbeat) {
		ObjectNode json = HarpJson.mapper()
			.createObjectNode()
			.put("id", VisibleText.of(heartbeat.enforcerId()))
			.put("onlineUntil", heartbeat.at().plus(Presence.ONLINE).toEpochMilli());
		put(json, "label", heartbeat.enforcerLabel());
		put(json, "workspace", heartbeat.workspaceName());
		return json;
	}

	/**
	 * Return a value as text. A hidden one is written as in the command.
	 */
	private static String readable(JsonNode value) {
		return value.isString() ? value.stringValue() : MASKED.matcher(value.toString()).replaceAll("•••");
	}

	private static void put(ObjectNode json, String name, @Nullable String value) {
		if (value != null) {
			json.put(name, VisibleText.of(value));
		}
	}

}
