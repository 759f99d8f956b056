package io.airlockapp.gateway.approval;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.Expression;

/**
 * What {@link RequiresAirlockApproval} says about one method, resolved and parsed.
 *
 * @param label what the inbox shows
 * @param description the parsed template, if there is one
 * @param artifactType what kind of review is asked for, if the annotation says
 * @param timeout how long the person has to decide, if the annotation says
 * @param condition the parsed condition, if there is one
 * @param pairing the name of the pairing whose approvers are asked
 * @param allowInTransaction whether to ask inside an open transaction
 */
record ApprovalAttribute(String label, @Nullable Expression description, @Nullable String artifactType,
		@Nullable Duration timeout, @Nullable ApprovalCondition condition, String pairing, boolean allowInTransaction) {
}
