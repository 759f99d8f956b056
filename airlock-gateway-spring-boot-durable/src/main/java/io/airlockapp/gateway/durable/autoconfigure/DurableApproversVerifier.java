/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.durable.DurableCall;
import io.airlockapp.gateway.durable.method.DurableTargets;

import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Verifies that the groups of approvers of durable methods are ones that recorded calls
 * support.
 */
final class DurableApproversVerifier implements SmartInitializingSingleton {

	private final DurableTargets targets;

	private final ApproverGroups groups;

	DurableApproversVerifier(DurableTargets targets, ApproverGroups groups) {
		this.targets = targets;
		this.groups = groups;
	}

	@Override
	public void afterSingletonsInstantiated() {
		for (String name : this.targets.approvers()) {
			ApproverGroup group = this.groups.require(name);
			if (!DurableCall.isSupported(group)) {
				throw new DurableConfigurationException(
						"The approvers '%s' of a method with @RequiresAirlockApproval(durable = true) exclude the requester, or have an escalation, which recorded calls do not support"
							.formatted(name),
						"Remove 'airlock.gateway.approvers.%s.%s', or use other approvers.".formatted(name,
								group.excludeRequester() ? "exclude-requester" : "escalation"));
			}
		}
	}

}
