/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Group of approvers, several of whom have to approve a call.
 *
 * @param name the name of the group
 * @param pairings the names of the pairings that are asked first
 * @param quorum the number of persons who have to approve
 * @param timeout the time that the approvers have to decide, or {@code null} for the
 * application's default
 * @param excludeRequester whether the requester of a call cannot approve it
 * @param askUnknownRequester whether approval is requested although the requester, who is
 * excluded, is unknown
 * @param escalation the steps of the escalation, in the order of their times
 */
public record ApproverGroup(String name, List<String> pairings, int quorum, @Nullable Duration timeout,
		boolean excludeRequester, boolean askUnknownRequester, List<EscalationStep> escalation) {

	public ApproverGroup {
		pairings = List.copyOf(pairings);
		escalation = List.copyOf(escalation);
	}

	/**
	 * Return the pairings of this group, those of the escalation included.
	 * @return the names of the pairings, in the order in which they are asked
	 */
	public List<String> members() {
		return Stream
			.concat(this.pairings.stream(), this.escalation.stream().flatMap((step) -> step.pairings().stream()))
			.distinct()
			.toList();
	}

	/**
	 * Return this group without the pairings of a person.
	 * @param principals the names of the person
	 * @param persons the persons who own the pairings
	 * @return the group with the same quorum and the same number of steps
	 */
	ApproverGroup without(Collection<String> principals, Persons persons) {
		Set<String> owned = persons.ownedBy(principals);
		return new ApproverGroup(this.name, others(this.pairings, owned), this.quorum, this.timeout,
				this.excludeRequester, this.askUnknownRequester,
				this.escalation.stream()
					.map((step) -> new EscalationStep(step.after(), others(step.pairings(), owned),
							step.onUnavailable()))
					.toList());
	}

	private static List<String> others(List<String> pairings, Set<String> owned) {
		return pairings.stream().filter((pairing) -> !owned.contains(pairing)).toList();
	}

}
