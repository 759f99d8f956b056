/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.PairingSource;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Registry of the configured groups of approvers, and of the persons who own their
 * pairings.
 */
public final class ApproverGroups {

	private final Map<String, ApproverGroup> groups = new TreeMap<>();

	private final Persons persons;

	/**
	 * Create a registry.
	 * @param groups the groups
	 * @param persons the persons who own the pairings
	 */
	public ApproverGroups(Collection<ApproverGroup> groups, Persons persons) {
		groups.forEach((group) -> this.groups.put(group.name(), group));
		this.persons = persons;
	}

	/**
	 * Create a registry without groups.
	 * @return the registry
	 */
	public static ApproverGroups none() {
		return new ApproverGroups(List.of(), Persons.unknown());
	}

	/**
	 * Return all groups.
	 * @return the groups, sorted by name
	 */
	public Collection<ApproverGroup> all() {
		return List.copyOf(this.groups.values());
	}

	/**
	 * Return a group.
	 * @param name the name of the group
	 * @return the group
	 * @throws InvalidApprovalUsageException if the group is unknown
	 */
	public ApproverGroup require(String name) {
		ApproverGroup group = this.groups.get(name);
		if (group == null) {
			throw new InvalidApprovalUsageException("The approvers " + unknown(name));
		}
		return group;
	}

	private String unknown(String name) {
		return "'%s' are not configured: set 'airlock.gateway.approvers.%s.pairings'%s".formatted(name, name,
				this.groups.isEmpty() ? "" : ", or use one of " + this.groups.keySet());
	}

	/**
	 * Return the group that a guarded method names.
	 * @param name the name of the group
	 * @param timeout the time to decide that the method specifies, or {@code null}
	 * @param defaultTimeout the time to decide if neither the method nor the group
	 * specifies one
	 * @return the group
	 * @throws IllegalArgumentException if the group is unknown, or if its escalation does
	 * not fit the time to decide
	 */
	public ApproverGroup requireFor(String name, @Nullable Duration timeout, Duration defaultTimeout) {
		ApproverGroup group = this.groups.get(name);
		Assert.notNull(group, () -> "the approvers " + unknown(name));
		Duration ofGroup = (group.timeout() != null) ? group.timeout() : defaultTimeout;
		group.requireTimeAfterEscalation((timeout != null) ? timeout : ofGroup);
		return group;
	}

	/**
	 * Return whether a pairing belongs to a group.
	 * @param pairing the name of the pairing
	 * @return {@code true} if it belongs to any group
	 */
	public boolean contain(String pairing) {
		return this.groups.values().stream().anyMatch((group) -> group.members().contains(pairing));
	}

	/**
	 * Return the state of each group.
	 * @param pairings the source of the pairings in force
	 * @return the states, sorted by the names of the groups
	 */
	public List<ApproverGroupState> getStates(PairingSource pairings) {
		return this.groups.values()
			.stream()
			.map((group) -> ApproverGroupState.of(group, this.persons, pairings))
			.toList();
	}

	/**
	 * Return a group as it decides about the call of a requester.
	 * @param name the name of the group
	 * @param requester the requester, or {@code null} if unknown
	 * @return the group, without the pairings of the requester if the group excludes the
	 * requester
	 * @throws InvalidApprovalUsageException if the group is unknown, or excludes the
	 * requester, who is unknown
	 */
	public ApproverGroup forRequester(String name, @Nullable String requester) {
		ApproverGroup group = require(name);
		if (!group.excludeRequester()) {
			return group;
		}
		if (requester != null && Persons.isName(requester)) {
			return group.without(principals(requester), this.persons);
		}
		if (group.askUnknownRequester()) {
			return group;
		}
		throw new InvalidApprovalUsageException(
				"'%s' excludes the requester, who is unknown here: call in a thread with the authenticated user, with WebFlux return a Mono, a Flux or a Flow, or define a RequesterSource. If the requester may approve as well, set 'airlock.gateway.approvers.%s.unknown-requester=ask'"
					.formatted(name, name));
	}

	/**
	 * Return the pairings that the call of a requester can ask.
	 * @param name the name of the group, or {@code null} if one pairing is asked
	 * @param requester the requester, or {@code null} if unknown
	 * @param pairing the name of the pairing that is asked without a group
	 * @return the names of the pairings
	 * @throws InvalidApprovalUsageException if the group is unknown, or excludes the
	 * requester, who is unknown
	 */
	public List<String> pairings(@Nullable String name, @Nullable String requester, String pairing) {
		return (name != null) ? forRequester(name, requester).members() : List.of(pairing);
	}

	/**
	 * Return the pairings whose keys do not count in the call of a requester.
	 * @param name the name of the group
	 * @param requester the requester, or {@code null} if unknown
	 * @return the names of the pairings of an excluded requester, whether they belong to
	 * the group or not
	 */
	public Set<String> excludedPairings(String name, @Nullable String requester) {
		return (requester != null && Persons.isName(requester) && require(name).excludeRequester())
				? this.persons.ownedBy(principals(requester)) : Set.of();
	}

	/**
	 * Return the names under which a requester can be listed as a principal. A user who
	 * logged in by a client registration has a name that begins with the registration,
	 * and is shown with a slash between them.
	 */
	private static List<String> principals(String requester) {
		return List.of(requester, requester.replace(Persons.QUALIFIER_SEPARATOR, '/'),
				requester.substring(requester.indexOf(Persons.QUALIFIER_SEPARATOR) + 1));
	}

	/**
	 * Return the persons who own the pairings.
	 * @return the persons
	 */
	public Persons persons() {
		return this.persons;
	}

}
