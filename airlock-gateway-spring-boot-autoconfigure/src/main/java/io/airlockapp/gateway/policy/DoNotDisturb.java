package io.airlockapp.gateway.policy;

import java.time.InstantSource;
import java.util.List;

import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.client.DndPolicy;
import io.airlockapp.gateway.harp.Verdict;

/**
 * Provides the do-not-disturb policies of this application, as far as its mode honours
 * them. Policies that approve are included with {@link DndMode#FULL} only.
 */
public final class DoNotDisturb {

	private final DndMode mode;

	private final EffectivePolicies policies;

	private final Enforcer enforcer;

	private final InstantSource clock;

	/**
	 * Create it.
	 * @param mode what policies may do
	 * @param policies where they come from
	 * @param enforcer who they are for
	 * @param clock the time of day, by which policies expire
	 */
	public DoNotDisturb(DndMode mode, EffectivePolicies policies, Enforcer enforcer, InstantSource clock) {
		this.mode = mode;
		this.policies = policies;
		this.enforcer = enforcer;
		this.clock = clock;
	}

	/**
	 * Return what policies may do.
	 * @return the mode
	 */
	public DndMode getMode() {
		return this.mode;
	}

	/**
	 * Return the policies that count now. The gateway is asked unless it was a moment
	 * ago; if it doesn't answer soon, there are none, and the person is asked.
	 * @return the policies, none if the mode is {@link DndMode#OFF}
	 */
	public DndRules getRules() {
		if (this.mode == DndMode.OFF) {
			return DndRules.NONE;
		}
		return DndRules.read(this.policies.get(), this.enforcer, this.clock.instant(),
				(verdict) -> verdict == Verdict.REJECT || this.mode == DndMode.FULL);
	}

	/**
	 * Return the policies for this application that the gateway last told, whatever the
	 * mode makes of them. The gateway is not asked.
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

}
