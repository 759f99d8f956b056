/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.harp.CanonicalJson;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.policy.DndRule;
import io.airlockapp.gateway.policy.DndSubject;
import io.airlockapp.gateway.policy.DoNotDisturb;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedPolicy;
import io.airlockapp.gateway.test.ApproveAll;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import io.airlockapp.gateway.test.RejectAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.annotation.DirtiesContext;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Examples of asking without an annotation, and of what remains of a decision.
 */
@SpringBootTest
@AutoConfigureAirlockSimulator
@ExtendWith(OutputCaptureExtension.class)
class OperationsSnippetsTests {

	private final List<String> done = new ArrayList<>();

	@Autowired
	private AirlockGatewayTemplate gateway;

	@Autowired
	private RefundService service;

	@Autowired
	private DoNotDisturb doNotDisturb;

	@Autowired
	private AirlockSimulator simulator;

	// tag::template[]
	void migrate() {
		ApprovalDecision decision = this.gateway
			.requestApproval(ApprovalRequest.builder("Migration", "migrate customers to schema 42").build());
		if (decision.isApproved()) {
			migrateCustomers();
		}
	}
	// end::template[]

	private void migrateCustomers() {
		this.done.add("migrated");
	}

	@Test
	@ApproveAll
	void doesWhatWasApproved() {
		migrate();
		assertThat(this.simulator).wasAskedTo("Migration").hasCommandText("migrate customers to schema 42");
		assertThat(this.done).containsExactly("migrated");
	}

	@Test
	@RejectAll
	void doesNothingThatWasRejected() {
		migrate();
		assertThat(this.done).isEmpty();
	}

	// tag::async[]
	CompletableFuture<Void> refundLater(Refund refund, Executor executor) {
		ApprovalRequest request = ApprovalRequest.builder("Refund", refund.toString()).build();
		CompletableFuture<ApprovalDecision> approval = this.gateway.requestApprovalAsync(request);
		return approval.thenAcceptAsync((decision) -> {
			if (decision.isApproved()) {
				make(refund);
			}
		}, executor);
	}
	// end::async[]

	private void make(Refund refund) {
		this.done.add(refund.order());
	}

	@Test
	@ApproveAll
	void makesLaterWhatWasApproved() {
		refundLater(new Refund("A-17", BigDecimal.TEN), Runnable::run).join();
		assertThat(this.done).containsExactly("A-17");
	}

	// tag::policy[]
	boolean isDeniedByPolicy(String commandText) {
		DndSubject subject = DndSubject.ofText("command.review", commandText);
		DndRule decision = this.doNotDisturb.getRules().decide(subject);
		return decision != null && decision.isDenied();
	}
	// end::policy[]

	@Test
	@DirtiesContext(methodMode = DirtiesContext.MethodMode.BEFORE_METHOD)
	void looksUpPolicies() {
		Instant now = Instant.now();
		this.simulator
			.addPolicy(SimulatedPolicy.forAction("default", Verdict.REJECT, "migrate").valid(now, now.plusSeconds(60)));
		assertThat(isDeniedByPolicy("migrate customers to schema 42")).isTrue();
		assertThat(isDeniedByPolicy("count customers")).isFalse();
	}

	// tag::evidence[]
	boolean proves(String evidenceJson, SignerKey approver, JsonNode plaintext) {
		DecisionEvidence evidence = new JsonMapper().readValue(evidenceJson, DecisionEvidence.class);
		boolean genuine = evidence.isSignedBy(approver);
		boolean onThisArtifact = evidence.covers(CanonicalJson.toBytes(plaintext));
		return genuine && onThisArtifact;
	}
	// end::evidence[]

	@Test
	@ApproveAll
	void checksEvidence() {
		ApprovalDecision decision = this.gateway
			.requestApproval(ApprovalRequest.builder("Migration", "migrate customers to schema 42").build());
		String json = new JsonMapper().writeValueAsString(decision.evidence());
		JsonNode plaintext = this.simulator.asked().get(0).plaintext();
		SignerKey approver = this.simulator.signerKey();
		assertThat(proves(json, SignerKey.of(approver.id(), approver.encode()), plaintext)).isTrue();
		assertThat(proves(json, this.simulator.renewSignerKey(), plaintext)).isFalse();
		assertThat(proves(json, approver, new JsonMapper().createObjectNode())).isFalse();
	}

	@Test
	@ApproveAll
	void logsOneLine(CapturedOutput output) {
		this.service.refund("A-17", BigDecimal.TEN, "ann@example.com");
		String pattern = LogLines.pattern("operations.md")
			.replace("key-918729", this.simulator.signerKey().id())
			.replace("8123", "\\E\\d+\\Q");
		assertThat(output.getOut()).containsPattern(pattern);
	}

	/**
	 * What is refunded.
	 *
	 * @param order the order
	 * @param amount the amount
	 */
	record Refund(String order, BigDecimal amount) {

	}

}
