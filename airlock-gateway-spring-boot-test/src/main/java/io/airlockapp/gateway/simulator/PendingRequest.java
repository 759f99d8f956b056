/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * Request as the approver sees it: decrypted, and compared with its hash.
 *
 * @param requestId the exchange's id
 * @param approver the name of the approver who received the request
 * @param enforcerId the enforcer that sent the request
 * @param label the label in the inbox, sent in clear text
 * @param artifactType the artifact type, such as {@code command.review}
 * @param workspaceName the workspace, sent in clear text
 * @param repoName the repository, sent in clear text
 * @param metadata all clear-text metadata, without the routing token
 * @param plaintext the decrypted plaintext; a missing node if it could not be decrypted
 * @param problem the reason why the artifact could not be decrypted, or {@code null} if
 * it was
 * @param createdAt the time at which the gateway accepted the request
 * @param expiresAt the time until which the request can be decided
 */
public record PendingRequest(String requestId, String approver, String enforcerId, @Nullable String label,
		String artifactType, @Nullable String workspaceName, @Nullable String repoName, Map<String, String> metadata,
		JsonNode plaintext, @Nullable String problem, Instant createdAt, Instant expiresAt) {

	/**
	 * Create a request with a copy of the metadata.
	 */
	public PendingRequest {
		metadata = Map.copyOf(metadata);
	}

	/**
	 * Return the command that is shown to the approver.
	 * @return the plaintext's {@code commandText}, or {@code null} if it has none
	 */
	public @Nullable String commandText() {
		return text("commandText");
	}

	/**
	 * Return the description that is shown to the approver.
	 * @return the plaintext's {@code description}, or {@code null} if it has none
	 */
	public @Nullable String description() {
		return text("description");
	}

	/**
	 * Return the type of the action.
	 * @return the plaintext's {@code actionType}, or {@code null} if it has none
	 */
	public @Nullable String actionType() {
		return text("actionType");
	}

	/**
	 * Return the name of the requesting program.
	 * @return the plaintext's {@code source}, or {@code null} if it has none
	 */
	public @Nullable String source() {
		return text("source");
	}

	/**
	 * Return the arguments by name. The key of an argument without a name is its
	 * position, from zero.
	 * @return the plaintext's {@code arguments} (or {@code args}), empty if it has none
	 */
	public Map<String, JsonNode> arguments() {
		Map<String, JsonNode> result = new LinkedHashMap<>();
		JsonNode arguments = this.plaintext.path("arguments");
		if (arguments.isMissingNode()) {
			arguments = this.plaintext.path("args");
		}
		if (arguments.isObject()) {
			arguments.properties().forEach((argument) -> result.put(argument.getKey(), argument.getValue()));
		}
		for (int i = 0; arguments.isArray() && i < arguments.size(); i++) {
			JsonNode argument = arguments.get(i);
			boolean named = argument.path("name").isString() && argument.has("value");
			result.put(named ? argument.get("name").stringValue() : String.valueOf(i),
					named ? argument.get("value") : argument);
		}
		return result;
	}

	/**
	 * Return the buttons under the request.
	 * @return the requested buttons, or Approve and Reject if none are requested or the
	 * requested ones are invalid
	 */
	public List<RequestedAction> actions() {
		return RequestedAction.of(this.plaintext);
	}

	private @Nullable String text(String name) {
		return (this.plaintext.get(name) instanceof StringNode value) ? value.stringValue() : null;
	}

	/**
	 * Return a short text without the encrypted contents.
	 */
	@Override
	public String toString() {
		return "PendingRequest[requestId=%s, label=%s]".formatted(this.requestId, this.label);
	}

}
