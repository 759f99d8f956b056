/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.airlockapp.gateway.support.Durations;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

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

	/**
	 * The maximum number of pairings, those of the escalation included.
	 */
	public static final int MAX_PAIRINGS = 10;

	private static final Duration LAST_STEP = Duration.ofSeconds(30);

	public ApproverGroup {
		pairings = List.copyOf(pairings);
		escalation = List.copyOf(escalation);
		Assert.isTrue(quorum > 0, () -> "The quorum of the approvers '%s' must be positive".formatted(name));
		int asked = pairings.size() + escalation.stream().mapToInt((step) -> step.pairings().size()).sum();
		Assert.isTrue(asked <= MAX_PAIRINGS && escalation.size() <= MAX_PAIRINGS,
				() -> "The approvers '%s' have more than %s pairings".formatted(name, MAX_PAIRINGS));
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
	 * Return how many approvals are needed, such as "2 approvals".
	 * @return the number with its noun
	 */
	public String describeQuorum() {
		return (this.quorum == 1) ? "1 approval" : this.quorum + " approvals";
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

	/**
	 * Verify that the approvers of the last step of the escalation have time to decide.
	 * @param timeout the time that all approvers have to decide
	 * @throws IllegalArgumentException if less than 30 seconds or a fifth of the timeout
	 * remain after the last step
	 */
	public void requireTimeAfterEscalation(Duration timeout) {
		int last = this.escalation.size() - 1;
		if (last < 0) {
			return;
		}
		Duration required = Durations.max(timeout.dividedBy(5), LAST_STEP);
		Assert.isTrue(timeout.minus(this.escalation.get(last).after()).compareTo(required) >= 0,
				() -> ("less than %s s of the %s s to decide remain after the last step of the escalation: lower "
						+ "'airlock.gateway.approvers.%s.escalation[%s].after', or set a longer timeout, such as by 'airlock.gateway.approvers.%s.timeout'")
					.formatted(required.toSeconds(), timeout.toSeconds(), this.name, last, this.name));
	}

}
