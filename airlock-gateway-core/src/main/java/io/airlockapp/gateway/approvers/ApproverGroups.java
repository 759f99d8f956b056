/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.airlockapp.gateway.InvalidApprovalUsageException;

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
			throw new InvalidApprovalUsageException(
					"The approvers '%s' are not configured: set 'airlock.gateway.approvers.%s.pairings', or use one of %s"
						.formatted(name, name, this.groups.keySet()),
					null);
		}
		return group;
	}

	/**
	 * Return the persons who own the pairings.
	 * @return the persons
	 */
	public Persons persons() {
		return this.persons;
	}

}
