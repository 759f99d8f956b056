/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.harp.SignerKey;
import org.jspecify.annotations.Nullable;

/**
 * State of a group of approvers. It contains no secret.
 *
 * @param group the group
 * @param inForce the names of its pairings in force
 * @param persons the number of persons who own its pairings
 * @param available the number of persons who can approve at the moment
 * @param problems the reasons for which the others cannot
 */
public record ApproverGroupState(ApproverGroup group, List<String> inForce, int persons, int available,
		List<String> problems) {

	public ApproverGroupState {
		inForce = List.copyOf(inForce);
		problems = List.copyOf(problems);
	}

	static ApproverGroupState of(ApproverGroup group, Persons persons, PairingSource source) {
		Map<String, List<SignerKey>> keys = new LinkedHashMap<>();
		List<String> problems = new ArrayList<>();
		for (String name : group.members()) {
			try {
				Pairing pairing = source.getPairing(name);
				if (pairing != null) {
					keys.put(name, pairing.signerKeys());
				}
				else {
					String reason = source.whyNotPaired(name);
					problems.add((reason != null) ? "'%s' is not in force (%s)".formatted(name, reason)
							: "'%s' is not paired".formatted(name));
				}
			}
			catch (Throwable ex) {
				problems.add("'%s' cannot be read (%s)".formatted(name, AirlockGatewayException.safeMessage(ex)));
			}
		}
		SharedKeys shared = new SharedKeys(keys, persons);
		shared.describe().forEach((description) -> problems.add(description + " (pair another phone)"));
		return new ApproverGroupState(group, List.copyOf(keys.keySet()), persons.count(group.members()),
				shared.countVoters(group.excludeRequester()), problems);
	}

	/**
	 * Return the reason why the quorum cannot be reached at the moment, and the remedy.
	 * @return a message, or {@code null} if it can be reached
	 */
	public @Nullable String findProblem() {
		if (this.available >= this.group.quorum()) {
			return null;
		}
		String lower = ", or lower 'airlock.gateway.approvers.%s.quorum'".formatted(this.group.name());
		return "The approvers '%s' cannot give %s: %s. Pair them, such as by 'airlock.gateway.pairings.<name>.code'%s"
			.formatted(this.group.name(), this.group.describeQuorum(), String.join(", ", this.problems),
					(this.available > 0) ? lower : "");
	}

	/**
	 * Return what operators should know about the group, whether or not the quorum can be
	 * reached.
	 * @return a message, or {@code null} if each of its pairings can be used
	 */
	public @Nullable String findWarning() {
		String problem = findProblem();
		if (problem != null || this.problems.isEmpty()) {
			return problem;
		}
		return "The approvers '%s' can give %s, but not all of them can approve: %s".formatted(this.group.name(),
				this.group.describeQuorum(), String.join(", ", this.problems));
	}

	/**
	 * Return a short description, such as "2 of 3 in force, 2 needed".
	 * @return the description
	 */
	public String describe() {
		return "%s of %s in force, %s needed".formatted(this.available, this.persons, this.group.quorum());
	}

}
