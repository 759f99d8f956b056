/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.simulator.SimulatedPolicy;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * Store of the do-not-disturb policies: well-formed ones, and raw ones that every
 * enforcer receives unchanged, even if they are malformed.
 */
public final class PolicyStore {

	private final InstantSource clock;

	private final List<SimulatedPolicy> policies = new CopyOnWriteArrayList<>();

	private final List<JsonNode> rawPolicies = new CopyOnWriteArrayList<>();

	public PolicyStore(InstantSource clock) {
		this.clock = clock;
	}

	public void add(SimulatedPolicy policy) {
		this.policies.add(policy.validFrom(this.clock.instant()));
	}

	public void add(JsonNode rawPolicy) {
		this.rawPolicies.add(rawPolicy.deepCopy());
	}

	public void clear() {
		this.policies.clear();
		this.rawPolicies.clear();
	}

	ArrayNode effective(String enforcerId, String workspaceId, @Nullable String sessionId) {
		ArrayNode result = HarpJson.mapper().createArrayNode();
		this.policies.stream()
			.filter((policy) -> policy.concerns(enforcerId, workspaceId, sessionId))
			.filter((policy) -> !policy.isOver(this.clock.instant()))
			.forEach((policy) -> result.add(policy.toJson(enforcerId)));
		this.rawPolicies.forEach((policy) -> result.add(policy.deepCopy()));
		return result;
	}

}
