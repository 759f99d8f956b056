/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.durable.DurableSettings;
import io.airlockapp.gateway.durable.method.DurableTargets;

import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Verifies that the escalations of the groups of durable methods leave time to decide.
 */
final class DurableApproversVerifier implements SmartInitializingSingleton {

	private final DurableTargets targets;

	private final DurableSettings settings;

	DurableApproversVerifier(DurableTargets targets, DurableSettings settings) {
		this.targets = targets;
		this.settings = settings;
	}

	@Override
	public void afterSingletonsInstantiated() {
		for (String name : this.targets.approvers()) {
			ApproverGroup group = this.settings.approvers().require(name);
			try {
				group.requireTimeAfterEscalation((group.timeout() != null) ? group.timeout() : this.settings.timeout());
			}
			catch (IllegalArgumentException ex) {
				throw DurableConfigurationException.ofProperty("timeout",
						"it is too short for the escalation of the approvers '%s': %s".formatted(name, ex.getMessage()),
						"Raise it, or set 'airlock.gateway.approvers.%s.timeout'.".formatted(name));
			}
		}
	}

}
