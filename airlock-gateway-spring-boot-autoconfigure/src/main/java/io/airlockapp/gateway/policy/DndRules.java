/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.policy;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.client.DndPolicy;
import io.airlockapp.gateway.harp.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Holds the policies that apply to this application.
 *
 * @param rules the policies
 */
public record DndRules(List<DndRule> rules) {

	static final DndRules NONE = new DndRules(List.of());

	private static final Comparator<DndRule> PRECEDENCE = Comparator.comparing(DndRule::isDenied)
		.thenComparing(DndRule::isForAction)
		.thenComparing((rule) -> rule.prefix().size())
		.thenComparing(DndRule::createdAt);

	/**
	 * Read policies. Malformed ones and those for other applications are ignored.
	 * @param verdicts the verdicts to include
	 */
	static DndRules read(List<DndPolicy> policies, Enforcer enforcer, Predicate<Verdict> verdicts) {
		return new DndRules(policies.stream()
			.map((policy) -> DndRule.read(policy, enforcer))
			.flatMap(Optional::stream)
			.filter((rule) -> verdicts.test(rule.verdict()))
			.toList());
	}

	/**
	 * Return those that have not expired.
	 */
	DndRules at(Instant now) {
		return new DndRules(this.rules.stream().filter((rule) -> now.isBefore(rule.expiresAt())).toList());
	}

	/**
	 * Return whether there are no policies, so that no invocation is affected.
	 * @return {@code true} if there are none
	 */
	public boolean isEmpty() {
		return this.rules.isEmpty();
	}

	/**
	 * Return the decision of the policies about an action. Denials take precedence over
	 * approvals, policies for actions over those for the workspace, longer prefixes over
	 * shorter ones, and newer policies over older ones.
	 * @param subject the action
	 * @return the policy that decides, or {@code null} if none matches and an approval is
	 * required
	 */
	public @Nullable DndRule decide(DndSubject subject) {
		Map<String, List<List<String>>> texts = DndRule.texts(subject.commandText());
		return this.rules.stream().filter((rule) -> rule.matches(subject, texts)).max(PRECEDENCE).orElse(null);
	}

}
