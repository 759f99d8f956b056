package io.airlockapp.gateway.endpoint;

import java.time.Instant;
import java.util.List;

import io.airlockapp.gateway.client.DndPolicy;
import io.airlockapp.gateway.client.DndPolicy.ActionSelector;
import io.airlockapp.gateway.policy.DndMode;
import io.airlockapp.gateway.policy.DoNotDisturb;
import org.jspecify.annotations.Nullable;

/**
 * Do-not-disturb policies that the gateway last returned. They are not signed.
 *
 * @param mode the mode of the policies
 * @param policies the policies that have not expired
 */
public record PolicyState(DndMode mode, List<Policy> policies) {

	/**
	 * Return the policies without asking the gateway.
	 * @param doNotDisturb knows them
	 * @return the state
	 */
	public static PolicyState of(DoNotDisturb doNotDisturb) {
		return new PolicyState(doNotDisturb.getMode(),
				doNotDisturb.getLastPolicies().stream().map(PolicyState::describe).toList());
	}

	private static Policy describe(DndPolicy policy) {
		ActionSelector selector = policy.actionSelector();
		return new Policy(policy.requestId(), policy.objectType(), policy.policyMode(), policy.targetArtifactType(),
				(selector != null) ? selector.argvPrefix() : null, policy.expiresAt());
	}

	/**
	 * State of one policy.
	 *
	 * @param id the policy's id
	 * @param type the type of object that the policy applies to
	 * @param mode the mode of the policy
	 * @param artifactType the artifact type that the policy is limited to
	 * @param argvPrefix the tokens with which the actions begin that the policy applies
	 * to
	 * @param expiresAt the time at which the policy expires
	 */
	public record Policy(@Nullable String id, @Nullable String type, @Nullable String mode,
			@Nullable String artifactType, @Nullable List<String> argvPrefix, @Nullable Instant expiresAt) {
	}

}
