/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.harp.CanonicalJson;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.QuorumEvidence;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Example of tests of a method with several approvers.
 */
@SpringBootTest(properties = { "airlock.gateway.approvers.refunds.pairings=ann,ben,cay",
		"airlock.gateway.approvers.refunds.quorum=2" })
@AutoConfigureAirlockSimulator
@Import(RefundApproversTests.LargeRefunds.class)
class RefundApproversTests {

	@Autowired
	private LargeRefunds refunds;

	@Autowired
	private AirlockSimulator simulator;

	@Autowired
	private AirlockGatewayTemplate gateway;

	// tag::several-approvers[]
	@Test
	void refundsOnceTwoApprove() {
		this.simulator.approver("ann").approveAll();
		this.simulator.approver("cay").approveAll();
		this.refunds.refund("A-17", new BigDecimal("2500.00"));
		assertThat(this.simulator).wasAskedAboutOneCall().hasQuorum(2).wasApprovedBy("ann", "cay");
	}
	// end::several-approvers[]

	// tag::quorum-evidence[]
	boolean proves(ApprovalDecision decision, Map<String, List<SignerKey>> keysByPerson, List<JsonNode> plaintexts) {
		List<DecisionEvidence> votes = decision.votes()
			.stream()
			.filter(ApprovalVote::counted)
			.map(ApprovalVote::evidence)
			.toList();
		QuorumEvidence evidence = new QuorumEvidence(QuorumEvidence.VERSION, decision.requestId(), "refunds", 2, votes);
		boolean genuine = evidence.isApprovedBy(keysByPerson);
		boolean onThisCall = evidence.covers(plaintexts.stream().map(CanonicalJson::toBytes).toList());
		return genuine && onThisCall;
	}
	// end::quorum-evidence[]

	@Test
	void checksEvidence() {
		this.simulator.approver("ann").approveAll();
		this.simulator.approver("cay").approveAll();
		ApprovalDecision decision = this.gateway
			.requestApproval(ApprovalRequest.builder("Large refund", "refund order A-17").approvers("refunds").build());
		List<SignerKey> ann = List.of(this.simulator.approver("ann").signerKey());
		List<SignerKey> cay = List.of(this.simulator.approver("cay").signerKey());
		List<JsonNode> plaintexts = this.simulator.asked().stream().map(PendingRequest::plaintext).toList();
		assertThat(proves(decision, Map.of("ann", ann, "cay", cay), plaintexts)).isTrue();
		assertThat(proves(decision, Map.of("ann", ann, "cay", ann), plaintexts)).isFalse();
		assertThat(proves(decision, Map.of("ann", ann, "cay", cay), List.of())).isFalse();
	}

	@Test
	void oneDenialIsEnough() {
		this.simulator.approver("ann").approveAll();
		this.simulator.approver("ben").rejectAll("Wrong customer");
		assertThatExceptionOfType(ApprovalDeniedException.class)
			.isThrownBy(() -> this.refunds.refund("A-17", new BigDecimal("2500.00")));
	}

	static class LargeRefunds {

		@RequiresAirlockApproval(value = "Large refund", approvers = "refunds")
		void refund(String order, BigDecimal amount) {
		}

	}

}
