/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

/**
 * Identity of this application towards the gateway and its approvers.
 *
 * @param id the enforcer's id
 * @param label the enforcer's display name
 * @param deviceId the id of the enforcer's device
 * @param workspaceName the name of the enforcer's workspace
 * @param repoName the name of the enforcer's repository; may be empty
 * @param source the application's name, displayed as the source of a request
 */
public record Enforcer(String id, String label, String deviceId, String workspaceName, String repoName, String source) {

	public Enforcer {
		requireText("id", id);
		requireText("label", label);
		requireText("deviceId", deviceId);
		requireText("workspaceName", workspaceName);
		requireText("source", source);
	}

	private static void requireText(String name, String value) {
		if (value.isBlank()) {
			throw new IllegalArgumentException("'%s' must not be blank".formatted(name));
		}
	}

}
