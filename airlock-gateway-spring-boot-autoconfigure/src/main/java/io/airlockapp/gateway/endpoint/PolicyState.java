package io.airlockapp.gateway.endpoint;

import java.time.Instant;
import java.util.List;

import io.airlockapp.gateway.client.DndPolicy;
import io.airlockapp.gateway.client.DndPolicy.ActionSelector;
import io.airlockapp.gateway.policy.DndMode;
import io.airlockapp.gateway.policy.DoNotDisturb;
import org.jspecify.annotations.Nullable;

/**
 * The do-not-disturb policies that the gateway last told of. Nobody signed them.
 *
 * @param mode what policies may do
 * @param policies the policies that have not expired
 */
public record PolicyState(DndMode mode, List<Policy> policies) {

	/**
	 * Tell of the policies without asking the gateway.
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
	 * One policy.
	 *
	 * @param id its id
	 * @param type what it is for
	 * @param mode what it does
	 * @param artifactType the artifact type it is limited to
	 * @param argvPrefix the tokens with which the actions begin that it is for
	 * @param expiresAt when it expires
	 */
	public record Policy(@Nullable String id, @Nullable String type, @Nullable String mode,
			@Nullable String artifactType, @Nullable List<String> argvPrefix, @Nullable Instant expiresAt) {
	}

}
