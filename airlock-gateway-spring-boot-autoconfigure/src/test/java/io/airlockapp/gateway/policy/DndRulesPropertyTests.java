/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.client.DndPolicy;
import io.airlockapp.gateway.client.DndPolicy.ActionSelector;
import io.airlockapp.gateway.harp.Verdict;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The precedence of policies, against a model that goes through the rules one by one as
 * the protocol tells them.
 */
class DndRulesPropertyTests {

	private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

	private static final Enforcer ENFORCER = new Enforcer("refunds", "Refunds", "dev-1", "payments", "", "shop");

	@Property(tries = 2500)
	void decidesAsTheModelDoes(@ForAll("policies") List<DndPolicy> policies, @ForAll("subjects") DndSubject subject) {
		DndRule decision = DndRules.read(policies, ENFORCER, (verdict) -> true).at(NOW).decide(subject);
		assertAsExpected(decision, expected(policies, subject, false));
	}

	@Property(tries = 1000)
	void onlyEverDeniesIfOnlyDenialsCount(@ForAll("policies") List<DndPolicy> policies,
			@ForAll("subjects") DndSubject subject) {
		DndRule decision = DndRules.read(policies, ENFORCER, (verdict) -> verdict == Verdict.REJECT)
			.at(NOW)
			.decide(subject);
		assertThat(decision == null || decision.isDenied()).isTrue();
		assertAsExpected(decision, expected(policies, subject, true));
	}

	private static void assertAsExpected(DndRule decision, List<DndPolicy> expected) {
		if (expected.isEmpty()) {
			assertThat(decision).isNull();
			return;
		}
		DndPolicy first = expected.get(0);
		assertThat(decision).isNotNull();
		assertThat(decision.isDenied()).isEqualTo("deny_all".equals(first.policyMode()));
		assertThat(decision.verdict()).isEqualTo(decision.isDenied() ? Verdict.REJECT : Verdict.APPROVE);
		assertThat(decision.isForAction()).isEqualTo("airlock.dnd.action".equals(first.objectType()));
		assertThat(expected).extracting(DndPolicy::requestId).contains(decision.id());
	}

	/**
	 * Return the policies that decide: several only if nothing tells them apart.
	 */
	private static List<DndPolicy> expected(List<DndPolicy> policies, DndSubject subject, boolean denialsOnly) {
		for (String mode : denialsOnly ? List.of("deny_all") : List.of("deny_all", "approve_all")) {
			for (String type : List.of("airlock.dnd.action", "airlock.dnd.workspace")) {
				List<DndPolicy> candidates = new ArrayList<>();
				for (DndPolicy policy : policies) {
					if (isProper(policy) && mode.equals(policy.policyMode()) && type.equals(policy.objectType())
							&& applies(policy, subject)) {
						candidates.add(policy);
					}
				}
				if (!candidates.isEmpty()) {
					return newest(longest(candidates));
				}
			}
		}
		return List.of();
	}

	private static boolean isProper(DndPolicy policy) {
		if (policy.requestId() == null || policy.requestId().isBlank()) {
			return false;
		}
		if (policy.expiresAt() == null || policy.expiresAt().compareTo(NOW) <= 0) {
			return false;
		}
		return "refunds".equals(policy.enforcerId()) && "payments".equals(policy.workspaceId())
				&& policy.sessionId() == null;
	}

	private static boolean applies(DndPolicy policy, DndSubject subject) {
		if (policy.targetArtifactType() != null && !policy.targetArtifactType().equals(subject.artifactType())) {
			return false;
		}
		String prefix = prefix(policy);
		String family = (policy.actionSelector() != null) ? policy.actionSelector().commandFamily() : null;
		if ("airlock.dnd.workspace".equals(policy.objectType())) {
			return prefix.isEmpty() && family == null;
		}
		if (prefix.isEmpty() || !(subject.commandText() + " ").startsWith(prefix + " ")) {
			return false;
		}
		return family == null || "deny_all".equals(policy.policyMode())
				|| subject.commandText().split(" ")[0].equals(family);
	}

	private static List<DndPolicy> longest(List<DndPolicy> policies) {
		int max = policies.stream().mapToInt((policy) -> prefix(policy).length()).max().orElseThrow();
		return policies.stream().filter((policy) -> prefix(policy).length() == max).toList();
	}

	private static List<DndPolicy> newest(List<DndPolicy> policies) {
		List<DndPolicy> dated = policies.stream().filter((policy) -> policy.createdAt() != null).toList();
		if (dated.isEmpty()) {
			return policies;
		}
		Instant max = dated.stream().map(DndPolicy::createdAt).reduce((a, b) -> a.isAfter(b) ? a : b).orElseThrow();
		return dated.stream().filter((policy) -> max.equals(policy.createdAt())).toList();
	}

	private static String prefix(DndPolicy policy) {
		List<String> prefix = (policy.actionSelector() != null) ? policy.actionSelector().argvPrefix() : null;
		return (prefix != null) ? String.join(" ", prefix).strip().replaceAll(" +", " ") : "";
	}

	@Provide
	Arbitrary<List<DndPolicy>> policies() {
		Arbitrary<String> ids = Arbitraries.strings().alpha().ofLength(12).injectNull(0.05);
		Arbitrary<String> types = usually("airlock.dnd.action", "airlock.dnd.workspace", "airlock.dnd.planet");
		Arbitrary<String> modes = usually("deny_all", "approve_all", "APPROVE_ALL", "approve");
		Arbitrary<List<String>> owners = Arbitraries.frequencyOf(
				Tuple.of(12, Arbitraries.just(List.of("refunds", "payments"))),
				Tuple.of(1, Arbitraries.of(List.of("Refunds", "payments"), List.of("refunds", "Payments"),
						List.of("", "payments"), List.of("refunds", "payments", "session-1"))));
		Arbitrary<String> artifactTypes = Arbitraries.of("command.review", "plan.review").injectNull(0.6);
		Arbitrary<ActionSelector> selectors = Combinators
			.combine(Arbitraries.of("a", "b", "a b").injectNull(0.7),
					Arbitraries.of("a", "b", "a b", " ", "").list().ofMaxSize(3).injectNull(0.2))
			.as(ActionSelector::new)
			.injectNull(0.3);
		Arbitrary<Instant> made = Arbitraries.of(NOW.minusSeconds(9), NOW.minusSeconds(8)).injectNull(0.3);
		Arbitrary<Instant> ends = Arbitraries.frequencyOf(Tuple.of(8, Arbitraries.just(NOW.plusSeconds(1))),
				Tuple.of(1, Arbitraries.of(NOW, NOW.minusSeconds(1), Instant.MIN).injectNull(0.3)));
		return Combinators.combine(ids, types, modes, owners, artifactTypes, selectors, made, ends)
			.as((id, type, mode, owner, artifactType, selector, createdAt, expiresAt) -> new DndPolicy(id, type,
					owner.get(1), (owner.size() > 2) ? owner.get(2) : null, owner.get(0), mode, artifactType, selector,
					null, createdAt, expiresAt))
			.list()
			.ofMaxSize(8);
	}

	private static Arbitrary<String> usually(String first, String second, String... others) {
		return Arbitraries.frequencyOf(Tuple.of(12, Arbitraries.of(first, second)),
				Tuple.of(1, Arbitraries.of(Set.of(others)).injectNull(0.3)));
	}

	@Provide
	Arbitrary<DndSubject> subjects() {
		return Combinators
			.combine(Arbitraries.of("command.review", "plan.review"),
					Arbitraries.of("a", "b").list().ofMinSize(1).ofMaxSize(3))
			.as((type, words) -> new DndSubject(type, String.join(" ", words), List.of(words)));
	}

}
