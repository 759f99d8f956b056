/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.policy;

import java.time.InstantSource;
import java.util.List;

import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.client.DndPolicy;
import io.airlockapp.gateway.harp.Verdict;

/**
 * Provides the do-not-disturb policies that apply to this application in its mode.
 * Policies that approve are included with {@link DndMode#FULL} only.
 */
public final class DoNotDisturb {

	private final DndMode mode;

	private final EffectivePolicies policies;

	private final Enforcer enforcer;

	private final InstantSource clock;

	private volatile Known known = new Known(List.of(), DndRules.NONE);

	/**
	 * Create the provider of policies.
	 * @param mode the mode of policies
	 * @param policies the source of policies
	 * @param enforcer the identity of this application towards the gateway
	 * @param clock the clock that determines whether policies are expired
	 */
	public DoNotDisturb(DndMode mode, EffectivePolicies policies, Enforcer enforcer, InstantSource clock) {
		this.mode = mode;
		this.policies = policies;
		this.enforcer = enforcer;
		this.clock = clock;
	}

	/**
	 * Return the mode of policies.
	 * @return the mode
	 */
	public DndMode getMode() {
		return this.mode;
	}

	/**
	 * Return the policies that currently apply. They are requested from the gateway
	 * unless a recent response is cached. If the gateway does not respond soon, there are
	 * no policies, and an approval is required.
	 * @return the policies, empty if the mode is {@link DndMode#OFF}
	 */
	public DndRules getRules() {
		return (this.mode == DndMode.OFF) ? DndRules.NONE : rules(this.policies.get()).at(this.clock.instant());
	}

	/**
	 * Read a response once, since the gateway determines how long that takes.
	 */
	private DndRules rules(List<DndPolicy> current) {
		Known last = this.known;
		if (last.policies() != current) {
			last = new Known(current, DndRules.read(current, this.enforcer,
					(verdict) -> verdict == Verdict.REJECT || this.mode == DndMode.FULL));
			this.known = last;
		}
		return last.rules();
	}

	/**
	 * Return the policies for this application in the gateway's last response,
	 * independent of the mode. No request is sent.
	 * @return the policies that have not expired
	 */
	public List<DndPolicy> getLastPolicies() {
		return this.policies.last()
			.stream()
			.filter((policy) -> DndRule.read(policy, this.enforcer)
				.filter((rule) -> this.clock.instant().isBefore(rule.expiresAt()))
				.isPresent())
			.toList();
	}

	/**
	 * Response of the gateway, and the rules in it.
	 */
	private record Known(List<DndPolicy> policies, DndRules rules) {

	}

}
