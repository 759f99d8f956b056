/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link QuorumEvidence}.
 */
class QuorumEvidenceTests {

	private final DecisionSigner ann = new DecisionSigner("ann");

	private final DecisionSigner bob = new DecisionSigner("bob");

	private final Map<String, List<SignerKey>> keys = Map.of("ann", List.of(this.ann.key()), "bob",
			List.of(this.bob.key()));

	private final DecisionEvidence first = vote(this.ann, "req-1", "approve");

	private final DecisionEvidence second = vote(this.bob, "req-2", "approve");

	@Test
	void quorumOfDistinctPersonsApproves() {
		assertThat(evidence(2, this.first, this.second).isApprovedBy(this.keys)).isTrue();
		assertThat(evidence(1, this.first, this.second).isApprovedBy(this.keys)).isTrue();
		assertThat(evidence(3, this.first, this.second).isApprovedBy(this.keys)).isFalse();
		assertThat(evidence(1, this.second).isApprovedBy(this.keys)).isTrue();
	}

	@Test
	void quorumOfNobodyIsNoApproval() {
		assertThat(evidence(0).isApprovedBy(this.keys)).isFalse();
		assertThat(evidence(-1, this.first).isApprovedBy(this.keys)).isFalse();
	}

	@Test
	void otherVersionIsNoApproval() {
		assertThat(new QuorumEvidence(2, "call-1", "refunds", 1, List.of(this.first)).isApprovedBy(this.keys))
			.isFalse();
	}

	@Test
	void rejectionDoesNotCount() {
		assertThat(evidence(1, vote(this.ann, "req-1", "reject")).isApprovedBy(this.keys)).isFalse();
		assertThat(evidence(2, this.first, vote(this.bob, "req-2", "reject")).isApprovedBy(this.keys)).isFalse();
	}

	@Test
	void rejectionBesideAQuorumIsNoApproval() {
		DecisionEvidence rejection = vote(this.ann, "req-3", "reject");
		assertThat(evidence(2, this.first, this.second, rejection).isApprovedBy(this.keys)).isFalse();
		assertThat(evidence(1, rejection, this.second).isApprovedBy(this.keys)).isFalse();
	}

	@Test
	void voteOfAStrangerDoesNotCount() {
		assertThat(evidence(1, vote(new DecisionSigner("eve"), "req-1", "approve")).isApprovedBy(this.keys)).isFalse();
		assertThat(evidence(1, this.first).isApprovedBy(Map.of("bob", List.of(this.bob.key())))).isFalse();
	}

	@Test
	void voteCountsOnceForEachKeyAndPerson() {
		DecisionEvidence again = vote(this.ann, "req-2", "approve");
		assertThat(evidence(2, this.first, this.first).isApprovedBy(this.keys)).isFalse();
		assertThat(evidence(1, this.first, this.first).isApprovedBy(this.keys)).isFalse();
		assertThat(evidence(2, this.first, again).isApprovedBy(this.keys)).isFalse();
		assertThat(evidence(2, this.first, again)
			.isApprovedBy(Map.of("ann", List.of(this.ann.key()), "bob", List.of(this.ann.key())))).isFalse();
		assertThat(evidence(2, this.first, this.second)
			.isApprovedBy(Map.of("ann", List.of(this.ann.key(), this.bob.key())))).isFalse();
	}

	@Test
	void personsAreAssignedToVotesSoThatMostCount() {
		Map<String, List<SignerKey>> shared = Map.of("ann", List.of(this.ann.key(), this.bob.key()), "bob",
				List.of(this.ann.key()));
		assertThat(evidence(2, this.first, this.second).isApprovedBy(shared)).isTrue();
		assertThat(evidence(2, vote(this.bob, "req-1", "approve"), vote(this.ann, "req-2", "approve"))
			.isApprovedBy(shared)).isTrue();
	}

	@Test
	void atMostTenVotesAreCounted() {
		List<DecisionEvidence> votes = new ArrayList<>(
				IntStream.rangeClosed(1, 10).mapToObj((i) -> vote(this.ann, "req-" + i, "approve")).toList());
		assertThat(new QuorumEvidence(1, "call-1", "refunds", 1, votes).isApprovedBy(this.keys)).isTrue();
		votes.add(vote(this.ann, "req-11", "approve"));
		assertThat(new QuorumEvidence(1, "call-1", "refunds", 1, votes).isApprovedBy(this.keys)).isFalse();
	}

	@Test
	void coversTheArtifactsOfItsVotes() {
		QuorumEvidence evidence = evidence(2, this.first, this.second);
		assertThat(evidence.covers(artifacts(plaintext("req-2"), plaintext("req-1")))).isTrue();
		assertThat(evidence.covers(artifacts(plaintext("req-1")))).isFalse();
		assertThat(evidence.covers(List.of())).isFalse();
		assertThat(evidence(2).covers(artifacts(plaintext("req-1")))).isFalse();
	}

	@Test
	void coversNoOtherCallGroupOrQuorum() {
		List<byte[]> artifacts = artifacts(plaintext("req-1"), plaintext("req-2"));
		List<DecisionEvidence> votes = List.of(this.first, this.second);
		assertThat(new QuorumEvidence(1, "call-2", "refunds", 2, votes).covers(artifacts)).isFalse();
		assertThat(new QuorumEvidence(1, "call-1", "others", 2, votes).covers(artifacts)).isFalse();
		assertThat(new QuorumEvidence(1, "call-1", "refunds", 1, votes).covers(artifacts)).isFalse();
	}

	@Test
	void coversNoArtifactOfAnotherRequest() {
		ObjectNode other = plaintext("req-2");
		assertThat(evidence(2, vote(this.ann, "req-1", "approve", other)).covers(artifacts(other))).isFalse();
	}

	@Test
	void coversNoVotesOnDifferentContent() {
		for (String member : List.of("commandText", "arguments")) {
			ObjectNode other = plaintext("req-2").put(member, "other");
			QuorumEvidence evidence = evidence(2, this.first, vote(this.bob, "req-2", "approve", other));
			assertThat(evidence.covers(artifacts(plaintext("req-1"), other))).as(member).isFalse();
		}
	}

	@Test
	void coversNoTextThatIsNotJson() {
		byte[] text = "not JSON".getBytes(StandardCharsets.UTF_8);
		String hash = ArtifactHash.of(text);
		DecisionEvidence vote = vote(this.ann, "req-1", "approve", hash);
		assertThat(vote.covers(text)).isTrue();
		assertThat(evidence(2, vote).covers(List.of(text))).isFalse();
	}

	private static QuorumEvidence evidence(int quorum, DecisionEvidence... votes) {
		return new QuorumEvidence(QuorumEvidence.VERSION, "call-1", "refunds", quorum, List.of(votes));
	}

	private static DecisionEvidence vote(DecisionSigner signer, String requestId, String decision) {
		return vote(signer, requestId, decision, plaintext(requestId));
	}

	private static DecisionEvidence vote(DecisionSigner signer, String requestId, String decision,
			ObjectNode plaintext) {
		return vote(signer, requestId, decision, ArtifactHash.of(CanonicalJson.toBytes(plaintext)));
	}

	private static DecisionEvidence vote(DecisionSigner signer, String requestId, String decision, String hash) {
		String text = hash + "|" + decision + "|" + DecisionSigner.NONCE;
		return new DecisionEvidence(requestId, hash, decision, SignatureForm.TEXT, text,
				HarpBase64.encode(signer.sign(text.getBytes(StandardCharsets.UTF_8))), signer.key().id(),
				signer.key().encode());
	}

	private static List<byte[]> artifacts(ObjectNode... plaintexts) {
		return List.of(plaintexts).stream().map(CanonicalJson::toBytes).toList();
	}

	private static ObjectNode plaintext(String requestId) {
		ObjectNode plaintext = JsonNodeFactory.instance.objectNode()
			.put("requestId", requestId)
			.put("commandText", "Refunds.refund(order=42)")
			.put("arguments", "42");
		plaintext.putObject("call").put("id", "call-1").put("approvers", "refunds").put("quorum", 2);
		return plaintext;
	}

}
