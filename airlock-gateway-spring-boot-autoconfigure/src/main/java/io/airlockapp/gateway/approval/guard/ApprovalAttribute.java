/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.time.Duration;
import java.util.function.IntFunction;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.snapshot.CommandText;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode;
import io.airlockapp.gateway.approval.condition.DescriptionTemplate;
import io.airlockapp.gateway.approval.condition.ApprovalCondition;
import org.jspecify.annotations.Nullable;

/**
 * Resolved and parsed attributes of {@link RequiresAirlockApproval} on one method.
 *
 * @param declaration the method
 * @param label the label that the inbox shows
 * @param description the parsed template of the description, if there is one
 * @param artifactType the type of review that is requested, if the annotation sets it
 * @param timeout the time that the person has to decide, if the annotation sets it
 * @param condition the parsed condition, if there is one
 * @param pairing the name of the pairing whose approvers receive the request
 * @param approvers the name of the group of approvers who receive the request instead, or
 * {@code null}
 * @param allowInTransaction whether approval may be requested inside an open transaction
 * @param abridge whether a call that is too long to be shown may be shown in part
 * @param durable whether a call is recorded and runs later
 */
public record ApprovalAttribute(Declaration declaration, String label, @Nullable DescriptionTemplate description,
		@Nullable String artifactType, @Nullable Duration timeout, @Nullable ApprovalCondition condition,
		String pairing, @Nullable String approvers, boolean allowInTransaction, boolean abridge, boolean durable) {

	/**
	 * Return the description of a call.
	 * @param command the command text of the call
	 * @param snapshot returns the snapshot of the argument with an index
	 * @return the description, or {@code null} if the label is sufficient
	 */
	public @Nullable String describe(CommandText command, IntFunction<SnapshotNode> snapshot) {
		if (this.description == null) {
			return (command.abridged() > 0) ? command.note() + this.label : null;
		}
		return command.note() + this.description.describe(snapshot);
	}

}
