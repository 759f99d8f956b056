package io.airlockapp.gateway.policy;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.client.DndPolicy;
import io.airlockapp.gateway.harp.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Holds the policies that count at one moment.
 */
public final class DndRules {

	static final DndRules NONE = new DndRules(List.of());

	private static final Comparator<DndRule> PRECEDENCE = Comparator
		.comparing((DndRule rule) -> rule.verdict() == Verdict.REJECT)
		.thenComparing(DndRule::isForAction)
		.thenComparing((rule) -> rule.prefix().size())
		.thenComparing(DndRule::createdAt);

	private final List<DndRule> rules;

	private DndRules(List<DndRule> rules) {
		this.rules = rules;
	}

	/**
	 * Read policies. Those that are malformed, expired or for somebody else are left out.
	 * @param policies the policies
	 * @param enforcer who we are
	 * @param now the time
	 * @param verdicts which decisions count
	 * @return the rules
	 */
	static DndRules read(List<DndPolicy> policies, Enforcer enforcer, Instant now, Predicate<Verdict> verdicts) {
		return new DndRules(policies.stream()
			.map((policy) -> DndRule.read(policy, enforcer))
			.flatMap(Optional::stream)
			.filter((rule) -> now.isBefore(rule.expiresAt()) && verdicts.test(rule.verdict()))
			.toList());
	}

	/**
	 * Return whether there are none, so that no call is affected.
	 * @return whether there are none
	 */
	public boolean isEmpty() {
		return this.rules.isEmpty();
	}

	/**
	 * Return what the policies say. Denials go before approvals, policies for actions
	 * before those for the workspace, longer prefixes before shorter ones, and newer
	 * policies before older ones.
	 * @param subject what is about to be done
	 * @return the decision, or {@code null} if the person is to be asked
	 */
	public @Nullable DndDecision decide(DndSubject subject) {
		return this.rules.stream()
			.filter((rule) -> rule.matches(subject))
			.max(PRECEDENCE)
			.map(DndRule::toDecision)
			.orElse(null);
	}

}
