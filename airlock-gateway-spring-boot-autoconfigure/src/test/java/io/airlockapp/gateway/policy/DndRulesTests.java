/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.policy;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Collections;
import java.util.List;

import com.sun.management.ThreadMXBean;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.client.DndPolicies;
import io.airlockapp.gateway.client.DndPolicy;
import io.airlockapp.gateway.harp.HarpJson;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DndRules}: which policies count, and for what.
 */
class DndRulesTests {

	private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

	private static final Enforcer ENFORCER = new Enforcer("refunds", "Refunds", "dev-1", "payments", "", "shop");

	private static final DndSubject REFUND = new DndSubject("command.review", "Refunds.refund(order=42, note=\"a b\")",
			List.of(List.of("Refunds.refund", "order=42"), List.of("Refunds.refund(order=42,")));

	@ParameterizedTest
	@ValueSource(strings = { "approve_all", "deny_all" })
	void policyForTheWorkspaceDecides(String mode) {
		DndRule decision = decide(policy("airlock.dnd.workspace", mode));
		assertThat(decision).isNotNull();
		assertThat(decision.isDenied()).isEqualTo(mode.equals("deny_all"));
		assertThat(decision.id()).isEqualTo("req-1");
		assertThat(decision.expiresAt()).isEqualTo(NOW.plusSeconds(60));
	}

	@ParameterizedTest
	@CsvSource({ "requestId,", "requestId,''", "requestId,' '", "objectType,", "objectType,airlock.dnd.everything",
			"objectType,AIRLOCK.DND.WORKSPACE", "objectType,airlock.dnd.action", "workspaceId,", "workspaceId,other",
			"workspaceId,Payments", "workspaceId,'payments '", "enforcerId,", "enforcerId,other", "enforcerId,*",
			"policyMode,", "policyMode,approve", "policyMode,deny", "policyMode,Deny_all", "policyMode,APPROVE_ALL",
			"sessionId,session-1", "sessionId,''", "targetArtifactType,plan.review", "targetArtifactType,''",
			"targetArtifactType,'command.review '", "expiresAt,", "expiresAt,2026-11-24T10:00:00Z",
			"expiresAt,2026-11-24T09:59:59Z", "expiresAt,soon", "createdAt,yesterday", "actionSelector,all" })
	void policyWithInvalidMemberIsIgnored(String member, @Nullable String value) {
		for (String mode : List.of("approve_all", "deny_all")) {
			ObjectNode policy = policy("airlock.dnd.workspace", mode);
			assertThat(decide(policy)).isNotNull();
			assertThat(decide((value != null) ? policy.put(member, value) : without(policy, member))).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"argvPrefix\":[]}", "{\"argvPrefix\":[\"\"]}", "{\"argvPrefix\":[\" \",\"\\t\"]}",
			"{\"argvPrefix\":null}", "{}", "null", "{\"commandFamily\":\"Refunds.refund\"}" })
	void policyWithoutActionIsIgnored(String selector) {
		for (String mode : List.of("approve_all", "deny_all")) {
			assertThat(decide(action(mode, selector))).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"argvPrefix\":[\"Refunds.refund\"]}", "{\"commandFamily\":\"Refunds.refund\"}" })
	void policyForWorkspaceThatSelectsActionsIsIgnored(String selector) {
		for (String mode : List.of("approve_all", "deny_all")) {
			assertThat(decide(action(mode, selector).put("objectType", "airlock.dnd.workspace"))).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "[\"Refunds.refund\"]", "[\"Refunds.refund\",\"order=42\"]",
			"[\"Refunds.refund order=42\"]", "[\"Refunds.refund(order=42,\"]" })
	void actionWhenPrefixMatchesExactlyIsApprovedOrDenied(String prefix) {
		assertThat(decide(action("approve_all", "{\"argvPrefix\":%s}".formatted(prefix)))).isNotNull();
		assertThat(decide(action("deny_all", "{\"argvPrefix\":%s}".formatted(prefix)))).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "[\"refunds.refund\"]", "[\"Refunds.refund(\"]", "[\"Refunds.refund\",\"order\"]",
			"[\"Refunds.refund(order=42\"]", "[\"Refunds.refund(\",\"order=42\"]",
			"[\"Refunds.refund(order=42,\",\"note=\\\"a\"]", "[\"Refunds.refund\",\"order=42\",\"note\"]" })
	void actionWhenPrefixMatchesLooselyIsDeniedButNotApproved(String prefix) {
		assertThat(decide(action("deny_all", "{\"argvPrefix\":%s}".formatted(prefix)))).isNotNull();
		assertThat(decide(action("approve_all", "{\"argvPrefix\":%s}".formatted(prefix)))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "[\"refund\"]", "[\"Refunds\"]", "[\"Refunds.refundAll\"]", "[\"order=42\"]", "[\"(\"]",
			"[\"Refunds.refund\",\"order=4\"]", "[\"Refunds.refund\",\"order=42\",\"note\",\"a\",\"b\",\"c\"]" })
	void actionWhenPrefixDiffersIsNeitherDeniedNorApproved(String prefix) {
		assertThat(decide(action("deny_all", "{\"argvPrefix\":%s}".formatted(prefix)))).isNull();
		assertThat(decide(action("approve_all", "{\"argvPrefix\":%s}".formatted(prefix)))).isNull();
	}

	@Test
	void approvalIsLimitedToItsCommandFamily() {
		assertThat(decide(
				action("approve_all", "{\"commandFamily\":\"Refunds.refund\",\"argvPrefix\":[\"Refunds.refund\"]}")))
			.isNotNull();
		assertThat(decide(action("approve_all", "{\"commandFamily\":\"Refunds\",\"argvPrefix\":[\"Refunds.refund\"]}")))
			.isNull();
	}

	@Test
	void freeTextIsApprovedForTheWholeWorkspaceOnly() {
		DndSubject text = DndSubject.ofText("command.review", "drop customers");
		assertThat(decide(text, action("approve_all", "{\"argvPrefix\":[\"drop\"]}"))).isNull();
		assertThat(decide(text, action("deny_all", "{\"argvPrefix\":[\"drop\"]}"))).isNotNull();
		assertThat(decide(text, policy("airlock.dnd.workspace", "approve_all"))).isNotNull();
	}

	@Test
	void denialMatchesCommandAfterNoteOfAbridging() {
		DndSubject abridged = new DndSubject("command.review",
				"NOT SHOWN IN FULL: parts of 1 value are left out\nRefunds.refund(order=42)", List.of());
		assertThat(decide(abridged, action("deny_all", "{\"argvPrefix\":[\"Refunds.refund\",\"order\"]}"))).isNotNull();
		assertThat(decide(abridged, action("deny_all", "{\"argvPrefix\":[\"NOT\",\"SHOWN\"]}"))).isNotNull();
		assertThat(decide(abridged, action("deny_all", "{\"argvPrefix\":[\"order=42\"]}"))).isNull();
	}

	@Test
	void denialTakesPrecedenceOverApproval() {
		ObjectNode denial = policy("airlock.dnd.workspace", "deny_all");
		ObjectNode approval = action("approve_all", "{\"argvPrefix\":[\"Refunds.refund\",\"order=42\"]}");
		assertThat(decide(REFUND, approval)).matches((decision) -> !decision.isDenied());
		assertThat(decide(REFUND, approval, denial)).matches(DndRule::isDenied);
		assertThat(decide(REFUND, denial, approval)).matches(DndRule::isDenied);
	}

	@Test
	void toStringOfSubjectDoesNotContainCommand() {
		assertThat(REFUND.toString()).doesNotContain("42");
	}

	private static ObjectNode without(ObjectNode policy, String member) {
		policy.remove(member);
		return policy;
	}

	private static ObjectNode action(String mode, String selector) {
		ObjectNode policy = policy("airlock.dnd.action", mode);
		policy.set("actionSelector", HarpJson.mapper().readTree(selector));
		return policy;
	}

	@Test
	void longCommandIsNotSplitForEachPolicy() {
		DndRules rules = read(Collections.nCopies(2_000, action("deny_all", "{\"argvPrefix\":[\"other\"]}")));
		String line = "argument = some value of it\n";
		long allocatedForShort = allocatedBytes(rules, line);
		assertThat(allocatedBytes(rules, line.repeat(140))).isLessThan(allocatedForShort * 20);
	}

	private static long allocatedBytes(DndRules rules, String commandText) {
		DndSubject subject = DndSubject.ofText("command.review", commandText);
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long start = threads.getCurrentThreadAllocatedBytes();
		assertThat(rules.decide(subject)).isNull();
		return threads.getCurrentThreadAllocatedBytes() - start;
	}

	private static ObjectNode policy(String type, String mode) {
		return HarpJson.mapper()
			.createObjectNode()
			.put("requestId", "req-1")
			.put("objectType", type)
			.put("workspaceId", "payments")
			.put("enforcerId", "refunds")
			.put("policyMode", mode)
			.put("createdAt", "2026-11-24T09:00:00Z")
			.put("expiresAt", "2026-11-24T10:01:00Z");
	}

	private static @Nullable DndRule decide(ObjectNode policy) {
		return decide(REFUND, policy);
	}

	private static @Nullable DndRule decide(DndSubject subject, ObjectNode... several) {
		return read(List.of(several)).decide(subject);
	}

	private static DndRules read(List<ObjectNode> several) {
		List<DndPolicy> policies = HarpJson.mapper()
			.treeToValue(HarpJson.mapper().createArrayNode().addAll(several), DndPolicies.class)
			.policies();
		return DndRules.read(policies, ENFORCER, (verdict) -> true).at(NOW);
	}

}
