/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import org.springframework.util.Assert;

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
		Assert.hasText(id, "'id' must not be blank");
		Assert.hasText(label, "'label' must not be blank");
		Assert.hasText(deviceId, "'deviceId' must not be blank");
		Assert.hasText(workspaceName, "'workspaceName' must not be blank");
		Assert.hasText(source, "'source' must not be blank");
	}

}
