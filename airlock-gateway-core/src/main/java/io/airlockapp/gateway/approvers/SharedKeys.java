/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.harp.SignerKey;

/**
 * Determines how many persons can approve with the signer keys of their pairings, since
 * each key counts once, whatever its id is.
 */
public final class SharedKeys {

	private final Map<String, List<SignerKey>> keys;

	private final Persons persons;

	/**
	 * Create an instance.
	 * @param keys the signer keys by the name of their pairing; a pairing without keys is
	 * one whose keys are not known, and are assumed to be no other's
	 * @param persons the persons who own the pairings
	 */
	public SharedKeys(Map<String, List<SignerKey>> keys, Persons persons) {
		this.keys = new LinkedHashMap<>(keys);
		this.persons = persons;
	}

	/**
	 * Return the number of persons who can approve, each with a key of their own.
	 * @param excludeRequester whether the requester cannot approve. If persons share
	 * keys, the requester is the one of them without whose keys the fewest can approve
	 * @return the number of persons
	 */
	public int countVoters(boolean excludeRequester) {
		Map<String, Set<String>> encoded = new LinkedHashMap<>();
		this.keys.forEach((pairing, own) -> encoded.put(pairing, own.isEmpty() ? Set.of("unknown key of " + pairing)
				: own.stream().map(SignerKey::encode).collect(Collectors.toSet())));
		int voters = this.persons.countVoters(encoded);
		return excludeRequester ? Math.min(voters, countVotersBesideRequester(encoded)) : voters;
	}

	private int countVotersBesideRequester(Map<String, Set<String>> encoded) {
		int fewest = Integer.MAX_VALUE;
		for (String requester : encoded.keySet()) {
			Set<String> pairings = this.persons.ownerOf(requester);
			Set<String> own = new HashSet<>();
			Map<String, Set<String>> others = new LinkedHashMap<>(encoded);
			pairings.forEach((pairing) -> own.addAll(encoded.getOrDefault(pairing, Set.of())));
			others.keySet().removeAll(pairings);
			boolean shared = others.values().stream().anyMatch((keys) -> !Collections.disjoint(keys, own));
			if (shared) {
				others.replaceAll((pairing,
						keys) -> keys.stream().filter((key) -> !own.contains(key)).collect(Collectors.toSet()));
				fewest = Math.min(fewest, this.persons.countVoters(others));
			}
		}
		return fewest;
	}

	/**
	 * Describe the keys that pairings of different persons share.
	 * @return a sentence for each key, without a full stop
	 */
	public List<String> describe() {
		Map<String, List<String>> pairings = new LinkedHashMap<>();
		Map<String, String> fingerprints = new LinkedHashMap<>();
		this.keys.forEach((pairing, own) -> own.forEach((key) -> {
			fingerprints.put(key.encode(), key.fingerprint());
			pairings.merge(key.encode(), List.of(pairing),
					(some, more) -> Stream.concat(some.stream(), more.stream()).distinct().toList());
		}));
		List<String> descriptions = new ArrayList<>();
		pairings.forEach((key, names) -> {
			if (this.persons.count(names) > 1) {
				descriptions.add("'%s' have the same signer key %s, which counts once"
					.formatted(String.join("' and '", names), fingerprints.get(key)));
			}
		});
		return descriptions;
	}

}
