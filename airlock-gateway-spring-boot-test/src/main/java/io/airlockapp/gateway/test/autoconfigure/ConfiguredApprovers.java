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
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * Finds the names of the pairings in the properties of an application, and of those that
 * its groups of approvers use.
 */
final class ConfiguredApprovers {

	private ConfiguredApprovers() {
	}

	static Set<String> names(Environment environment) {
		Set<String> names = new LinkedHashSet<>(bind(environment, "pairings", Object.class).keySet());
		bind(environment, "approvers", Group.class).values().forEach((group) -> {
			names.addAll(group.pairings());
			group.escalation().forEach((step) -> names.addAll(step.pairings()));
		});
		return names;
	}

	private static <T> Map<String, T> bind(Environment environment, String name, Class<T> type) {
		return Binder.get(environment)
			.bind("airlock.gateway." + name, Bindable.mapOf(String.class, type))
			.orElse(Map.of());
	}

	/**
	 * Pairings of a group.
	 *
	 * @param pairings the pairings that are asked first
	 * @param escalation the steps of the escalation
	 */
	record Group(@DefaultValue List<String> pairings, @DefaultValue List<Step> escalation) {
	}

	/**
	 * Pairings of a step of an escalation.
	 *
	 * @param pairings the pairings
	 */
	record Step(@DefaultValue List<String> pairings) {
	}

}
