/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Evidence that proves the approval of one call by several approvers later and without a
 * gateway. It contains no secret and consists of plain texts, so that it can be stored as
 * JSON.
 *
 * @param version the version of this format
 * @param callId the id of the call, which is part of the artifact of each vote
 * @param approvers the name of the group of approvers
 * @param quorum the number of approvals that are needed
 * @param votes the evidence of the votes that count, which are approvals
 */
public record QuorumEvidence(int version, String callId, String approvers, int quorum, List<DecisionEvidence> votes) {

	/**
	 * The current version of the format.
	 */
	public static final int VERSION = 1;

	private static final int MAX_VOTES = 10;

	public QuorumEvidence {
		votes = List.copyOf(votes);
	}

	/**
	 * Return whether the quorum signed approvals, by distinct keys of distinct persons. A
	 * single rejection among the votes denies the call, whatever approvals there are. The
	 * caller must obtain the approvers' keys from a trusted source: the keys in the
	 * evidence prove nothing by themselves. What was approved is proven by
	 * {@link #covers} alone.
	 * @param keysByPerson the approvers' keys by person, who may have several pairings
	 * @return {@code true} if enough signatures verify
	 */
	public boolean isApprovedBy(Map<String, ? extends Collection<SignerKey>> keysByPerson) {
		Set<String> requests = new HashSet<>();
		this.votes.forEach((vote) -> requests.add(vote.requestId()));
		return this.version == VERSION && this.quorum > 0 && this.votes.size() <= MAX_VOTES
				&& requests.size() == this.votes.size()
				&& this.votes.stream().allMatch((vote) -> "approve".equals(vote.decision()))
				&& count(0, keysByPerson, Set.of(), Set.of()) >= this.quorum;
	}

	/**
	 * Return the largest number of votes of distinct keys and distinct persons.
	 */
	private int count(int index, Map<String, ? extends Collection<SignerKey>> keysByPerson, Set<String> persons,
			Set<String> keys) {
		if (index == this.votes.size()) {
			return 0;
		}
		DecisionEvidence vote = this.votes.get(index);
		int best = count(index + 1, keysByPerson, persons, keys);
		if (keys.contains(vote.publicKey())) {
			return best;
		}
		for (Map.Entry<String, ? extends Collection<SignerKey>> person : keysByPerson.entrySet()) {
			if (!persons.contains(person.getKey()) && person.getValue().stream().anyMatch(vote::isSignedBy)) {
				best = Math.max(best, 1
						+ count(index + 1, keysByPerson, with(persons, person.getKey()), with(keys, vote.publicKey())));
			}
		}
		return best;
	}

	private static Set<String> with(Set<String> set, String element) {
		Set<String> result = new HashSet<>(set);
		result.add(element);
		return result;
	}

	/**
	 * Return whether all votes were given on the same call.
	 * @param canonicalPlaintexts the canonical JSON of the artifacts
	 * @return {@code true} if the artifact of each vote is among them, and all of these
	 * have this call, group and quorum, the same command and the same arguments
	 */
	public boolean covers(Collection<byte[]> canonicalPlaintexts) {
		JsonNode first = null;
		for (DecisionEvidence vote : this.votes) {
			JsonNode plaintext = find(vote, canonicalPlaintexts);
			if (plaintext == null || !isOfThisCall(plaintext)
					|| !vote.requestId().equals(plaintext.path("requestId").asString(""))) {
				return false;
			}
			first = (first != null) ? first : plaintext;
			if (!isSame(first, plaintext, "commandText") || !isSame(first, plaintext, "arguments")) {
				return false;
			}
		}
		return first != null;
	}

	private static @Nullable JsonNode find(DecisionEvidence vote, Collection<byte[]> canonicalPlaintexts) {
		for (byte[] plaintext : canonicalPlaintexts) {
			if (vote.covers(plaintext)) {
				try {
					return HarpJson.mapper().readTree(plaintext);
				}
				catch (JacksonException ex) {
					return null;
				}
			}
		}
		return null;
	}

	private boolean isOfThisCall(JsonNode plaintext) {
		JsonNode call = plaintext.path("call");
		return this.callId.equals(call.path("id").asString(""))
				&& this.approvers.equals(call.path("approvers").asString(""))
				&& call.path("quorum").asInt(0) == this.quorum;
	}

	private static boolean isSame(JsonNode first, JsonNode other, String member) {
		return Objects.equals(first.get(member), other.get(member));
	}

}
