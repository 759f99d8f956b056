package io.airlockapp.gateway.policy;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.client.DndPolicy;
import io.airlockapp.gateway.client.SafeText;
import io.airlockapp.gateway.harp.Verdict;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Logs at DEBUG the reason why a policy is ignored, once for each policy, to explain why
 * it has no effect.
 */
final class IgnoredPolicies {

	private static final Log logger = LogFactory.getLog(DoNotDisturb.class);

	private final Enforcer enforcer;

	private final Predicate<Verdict> honoured;

	/**
	 * Of the last answer only, so that a gateway can't make it grow.
	 */
	private Set<DndPolicy> told = Set.of();

	IgnoredPolicies(Enforcer enforcer, Predicate<Verdict> honoured) {
		this.enforcer = enforcer;
		this.honoured = honoured;
	}

	void tell(List<DndPolicy> policies, Instant now) {
		if (logger.isDebugEnabled() && !policies.isEmpty()) {
			tellNew(policies, now);
		}
	}

	private synchronized void tellNew(List<DndPolicy> policies, Instant now) {
		Set<DndPolicy> ignored = new HashSet<>();
		for (DndPolicy policy : policies) {
			String reason = reason(policy, now);
			if (reason != null && ignored.add(policy) && !this.told.contains(policy)) {
				logger.debug("The do-not-disturb policy %s is ignored: %s"
					.formatted(SafeText.of(String.valueOf(policy.requestId())), reason));
			}
		}
		this.told = ignored;
	}

	private @Nullable String reason(DndPolicy policy, Instant now) {
		DndRule rule = DndRule.read(policy, this.enforcer).orElse(null);
		if (rule == null) {
			return DndRule.flaw(policy, this.enforcer);
		}
		if (!now.isBefore(rule.expiresAt())) {
			return "it expired";
		}
		return this.honoured.test(rule.verdict()) ? null
				: "what it approves counts with 'airlock.gateway.dnd.mode=full' only";
	}

}
