package io.airlockapp.gateway;

/**
 * Identity of this application towards the gateway and its approvers.
 *
 * @param id the enforcer's id
 * @param label the enforcer's name for people
 * @param deviceId the device it runs on
 * @param workspaceName the workspace it belongs to
 * @param repoName the repository it comes from; may be empty
 * @param source the application's name, shown as the source of a request
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
