/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.Verdict;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Do-not-disturb policy, for {@link AirlockSimulator#addPolicy(SimulatedPolicy)}.
 *
 * @param workspaceId the name of the workspace it is for
 * @param verdict the verdict of the policy
 * @param enforcerId the enforcer it is for, or {@code null} for any enforcer that
 * requests policies
 * @param sessionId the session it is for, or {@code null} for all
 * @param targetArtifactType the artifact type it is for, or {@code null} for all
 * @param argvPrefix the first tokens of the commands it is for, or empty for a policy for
 * the whole workspace
 * @param createdAt the time of its creation, or {@code null} to omit that time
 * @param expiresAt the time of its expiry, or {@code null} for one hour after it was
 * added, by the simulator's clock. A policy without an expiry has no effect; to add one,
 * use {@link AirlockSimulator#addPolicy(tools.jackson.databind.JsonNode)}
 */
public record SimulatedPolicy(String workspaceId, Verdict verdict, @Nullable String enforcerId,
		@Nullable String sessionId, @Nullable String targetArtifactType, List<String> argvPrefix,
		@Nullable Instant createdAt, @Nullable Instant expiresAt) {

	private static final Duration DEFAULT_VALIDITY = Duration.ofHours(1);

	/**
	 * Create a policy with a copy of the prefix.
	 */
	public SimulatedPolicy {
		argvPrefix = List.copyOf(argvPrefix);
	}

	/**
	 * Create a policy for a whole workspace. It expires one hour after it was added,
	 * unless set otherwise by {@link #valid}.
	 * @param workspaceId the name of the workspace
	 * @param verdict the verdict of the policy
	 * @return the policy
	 */
	public static SimulatedPolicy forWorkspace(String workspaceId, Verdict verdict) {
		return new SimulatedPolicy(workspaceId, verdict, null, null, null, List.of(), null, null);
	}

	/**
	 * Create a policy for certain commands. It expires one hour after it was added,
	 * unless set otherwise by {@link #valid}.
	 * @param workspaceId the name of the workspace
	 * @param verdict the verdict of the policy
	 * @param argvPrefix the first tokens of the commands
	 * @return the policy
	 */
	public static SimulatedPolicy forAction(String workspaceId, Verdict verdict, String... argvPrefix) {
		return new SimulatedPolicy(workspaceId, verdict, null, null, null, List.of(argvPrefix), null, null);
	}

	/**
	 * Restrict the policy to an enforcer.
	 * @param enforcerId the enforcer's id
	 * @return a new policy
	 */
	public SimulatedPolicy forEnforcer(String enforcerId) {
		return new SimulatedPolicy(this.workspaceId, this.verdict, enforcerId, this.sessionId, this.targetArtifactType,
				this.argvPrefix, this.createdAt, this.expiresAt);
	}

	/**
	 * Restrict the policy to a session.
	 * @param sessionId the session's id
	 * @return a new policy
	 */
	public SimulatedPolicy forSession(String sessionId) {
		return new SimulatedPolicy(this.workspaceId, this.verdict, this.enforcerId, sessionId, this.targetArtifactType,
				this.argvPrefix, this.createdAt, this.expiresAt);
	}

	/**
	 * Restrict the policy to an artifact type.
	 * @param artifactType the artifact type
	 * @return a new policy
	 */
	public SimulatedPolicy forArtifactType(String artifactType) {
		return new SimulatedPolicy(this.workspaceId, this.verdict, this.enforcerId, this.sessionId, artifactType,
				this.argvPrefix, this.createdAt, this.expiresAt);
	}

	/**
	 * Set the times of the policy's creation and expiry.
	 * @param createdAt the time of creation, or {@code null} to omit it
	 * @param expiresAt the time of expiry
	 * @return a new policy
	 */
	public SimulatedPolicy valid(@Nullable Instant createdAt, Instant expiresAt) {
		return new SimulatedPolicy(this.workspaceId, this.verdict, this.enforcerId, this.sessionId,
				this.targetArtifactType, this.argvPrefix, createdAt, expiresAt);
	}

	public SimulatedPolicy validFrom(Instant now) {
		return (this.expiresAt != null) ? this : valid(this.createdAt, now.plus(DEFAULT_VALIDITY));
	}

	public boolean isOver(Instant now) {
		return this.expiresAt != null && !now.isBefore(this.expiresAt);
	}

	public boolean concerns(String enforcer, String workspace, @Nullable String session) {
		return (this.enforcerId == null || this.enforcerId.equals(enforcer)) && this.workspaceId.equals(workspace)
				&& (this.sessionId == null || this.sessionId.equals(session));
	}

	public ObjectNode toJson(String enforcer) {
		ObjectNode json = HarpJson.mapper()
			.createObjectNode()
			.put("requestId", "req-" + UUID.randomUUID())
			.put("objectType", this.argvPrefix.isEmpty() ? "airlock.dnd.workspace" : "airlock.dnd.action")
			.put("workspaceId", this.workspaceId)
			.put("enforcerId", enforcer)
			.put("policyMode", (this.verdict == Verdict.APPROVE) ? "approve_all" : "deny_all");
		putIfPresent(json, "sessionId", this.sessionId);
		putIfPresent(json, "targetArtifactType", this.targetArtifactType);
		if (!this.argvPrefix.isEmpty()) {
			ArrayNode prefix = json.putObject("actionSelector").putArray("argvPrefix");
			this.argvPrefix.forEach(prefix::add);
		}
		putIfPresent(json, "createdAt", this.createdAt);
		putIfPresent(json, "expiresAt", this.expiresAt);
		return json;
	}

	private static void putIfPresent(ObjectNode json, String name, @Nullable Object value) {
		if (value != null) {
			json.put(name, value.toString());
		}
	}

}
