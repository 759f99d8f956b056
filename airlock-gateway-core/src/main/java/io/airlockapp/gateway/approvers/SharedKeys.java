/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.airlockapp.gateway.harp.SignerKey;

/**
 * Determines how many persons can approve with the signer keys of their pairings before
 * anybody is asked. Each key counts once, whatever its id is.
 *
 * @param keys the signer keys by the name of their pairing; a pairing without keys is one
 * whose keys are not known, and are assumed to be no other's
 * @param persons the persons who own the pairings
 */
public record SharedKeys(Map<String, List<SignerKey>> keys, Persons persons) {

	public SharedKeys {
		keys = new LinkedHashMap<>(keys);
	}

	/**
	 * Return the number of persons who can certainly approve, each with a key of their
	 * own: those who share a key count as one.
	 * @param excludeRequester whether the requester cannot approve, who may be one of
	 * those who share a key
	 * @return the number of persons
	 */
	public int countVoters(boolean excludeRequester) {
		Map<String, List<String>> shown = new LinkedHashMap<>();
		this.keys.forEach(
				(pairing, own) -> shown.put(pairing, own.stream().map((key) -> "key " + key.fingerprint()).toList()));
		int voters = this.persons.sharing(shown).count(this.keys.keySet());
		boolean shared = voters < this.persons.count(this.keys.keySet());
		return (excludeRequester && shared) ? voters - 1 : voters;
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
