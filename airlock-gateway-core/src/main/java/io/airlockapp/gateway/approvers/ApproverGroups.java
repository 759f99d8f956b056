/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.PairingSource;
import org.jspecify.annotations.Nullable;

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
			throw new InvalidApprovalUsageException("The approvers " + unknown(name), null);
		}
		return group;
	}

	private String unknown(String name) {
		return "'%s' are not configured: set 'airlock.gateway.approvers.%s.pairings', or use one of %s".formatted(name,
				name, this.groups.keySet());
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
		if (group == null) {
			throw new IllegalArgumentException("the approvers " + unknown(name));
		}
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
	 * Return the persons who own the pairings.
	 * @return the persons
	 */
	public Persons persons() {
		return this.persons;
	}

}
