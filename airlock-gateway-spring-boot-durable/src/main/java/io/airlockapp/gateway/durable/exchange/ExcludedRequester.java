/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.exchange;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds what belongs to the requester of a recorded call who must not approve it. It is
 * part of the plaintext, so that each approver signs it.
 *
 * @param pairings the names of the pairings
 * @param keys the keys that the pairings had when the call was recorded, as base64
 */
public record ExcludedRequester(Set<String> pairings, Set<String> keys) {

	private static final String PAIRINGS = "requesterPairings";

	private static final String KEYS = "requesterKeys";

	public ExcludedRequester {
		pairings = Set.copyOf(pairings);
		keys = Set.copyOf(keys);
	}

	/**
	 * Read the requester of a plaintext.
	 * @param plaintext the plaintext
	 * @return the requester, without pairings if nobody is excluded
	 */
	public static ExcludedRequester of(JsonNode plaintext) {
		return new ExcludedRequester(texts(plaintext.path(PAIRINGS)), texts(plaintext.path(KEYS)));
	}

	private static Set<String> texts(JsonNode array) {
		return array.valueStream().map(JsonNode::asString).collect(Collectors.toSet());
	}

	void addTo(ObjectNode plaintext) {
		if (!this.pairings.isEmpty()) {
			add(plaintext, PAIRINGS, this.pairings);
			add(plaintext, KEYS, this.keys);
		}
	}

	private static void add(ObjectNode plaintext, String member, Collection<String> texts) {
		new TreeSet<>(texts).forEach(plaintext.withArray(member)::add);
	}

}
