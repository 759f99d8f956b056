/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.autoconfigure;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.Environment;

/**
 * Finds the names of the pairings in the properties of an application, and of those that
 * its groups of approvers use. It needs no reflection, and so no hints for native images.
 */
final class ConfiguredApprovers {

	private final Binder binder;

	ConfiguredApprovers(Environment environment) {
		this.binder = Binder.get(environment);
	}

	Set<String> names() {
		Set<String> names = new LinkedHashSet<>(keys("airlock.gateway.pairings"));
		for (String group : keys("airlock.gateway.approvers")) {
			String prefix = "airlock.gateway.approvers." + group;
			names.addAll(list(prefix + ".pairings"));
			List<String> step = list(prefix + ".escalation[0].pairings");
			for (int i = 1; !step.isEmpty(); i++) {
				names.addAll(step);
				step = list("%s.escalation[%s].pairings".formatted(prefix, i));
			}
		}
		return names;
	}

	private Set<String> keys(String name) {
		return this.binder.bind(name, Bindable.mapOf(String.class, Object.class)).orElse(Map.of()).keySet();
	}

	private List<String> list(String name) {
		return this.binder.bind(ConfigurationPropertyName.adapt(name, '.'), Bindable.listOf(String.class))
			.orElse(List.of());
	}

}
