/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.airlockapp.gateway.harp.Verdict;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Button under a request.
 *
 * @param id the action's id, unique within its request
 * @param caption the text of the button
 * @param style {@code primary}, {@code secondary} or {@code danger}
 * @param verdict the verdict of the button
 */
public record RequestedAction(String id, String caption, String style, Verdict verdict) {

	private static final String EXTENSION = "org.harp.requestedActions";

	private static final int MAX_ACTIONS = 5;

	private static final Set<String> STYLES = Set.of("primary", "secondary", "danger");

	private static final List<RequestedAction> DEFAULTS = List.of(
			new RequestedAction("approve", "Approve", "primary", Verdict.APPROVE),
			new RequestedAction("reject", "Reject", "danger", Verdict.REJECT));

	/**
	 * Read the actions that a plaintext requests. As on the phone, one violation
	 * invalidates the whole extension.
	 */
	static List<RequestedAction> of(JsonNode plaintext) {
		JsonNode extension = plaintext.path("extensions").path(EXTENSION);
		JsonNode actions = extension.path("actions");
		if (!extension.path("version").isIntegralNumber() || extension.path("version").asInt() != 1
				|| !actions.isArray() || actions.isEmpty() || actions.size() > MAX_ACTIONS) {
			return DEFAULTS;
		}
		List<RequestedAction> result = new ArrayList<>();
		Set<String> ids = new HashSet<>();
		for (JsonNode node : actions) {
			RequestedAction action = read(node);
			if (action == null || !ids.add(action.id().toLowerCase(Locale.ROOT))) {
				return DEFAULTS;
			}
			result.add(action);
		}
		return List.copyOf(result);
	}

	private static @Nullable RequestedAction read(JsonNode node) {
		String id = node.path("id").stringValue("");
		String caption = node.path("caption").stringValue("");
		String style = node.path("style").stringValue("");
		Verdict verdict = switch (node.path("decision").stringValue("")) {
			case "approve" -> Verdict.APPROVE;
			case "reject" -> Verdict.REJECT;
			default -> null;
		};
		if (id.isBlank() || caption.isBlank() || !STYLES.contains(style) || verdict == null) {
			return null;
		}
		return new RequestedAction(id, caption, style, verdict);
	}

}
