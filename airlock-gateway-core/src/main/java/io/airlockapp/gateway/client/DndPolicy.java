/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Do-not-disturb policy.
 *
 * @param requestId the policy's id
 * @param objectType {@code airlock.dnd.workspace} or {@code airlock.dnd.action}
 * @param workspaceId the workspace's name
 * @param sessionId the session to which the policy is limited
 * @param enforcerId the enforcer to which the policy applies
 * @param policyMode {@code approve_all} or {@code deny_all}
 * @param targetArtifactType the artifact type to which the policy is limited
 * @param actionSelector the selector of the actions to which the policy applies
 * @param selectorHash the hash of the selector
 * @param createdAt the time at which the policy was created
 * @param expiresAt the time at which the policy expires
 */
public record DndPolicy(@Nullable String requestId, @Nullable String objectType, @Nullable String workspaceId,
		@Nullable String sessionId, @Nullable String enforcerId, @Nullable String policyMode,
		@Nullable String targetArtifactType, @Nullable ActionSelector actionSelector, @Nullable String selectorHash,
		@Nullable Instant createdAt, @Nullable Instant expiresAt) {

	/**
	 * Selector of the actions to which a policy applies.
	 *
	 * @param commandFamily the first token of the command
	 * @param argvPrefix the first tokens of the command
	 */
	public record ActionSelector(@Nullable String commandFamily, @Nullable List<String> argvPrefix) {

		public ActionSelector {
			argvPrefix = (argvPrefix != null) ? List.copyOf(argvPrefix) : null;
		}

	}

}
