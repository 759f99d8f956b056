package io.airlockapp.gateway.approval;

import io.airlockapp.gateway.ApprovalOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Published when the asking for an approval has ended, however it did, and for each call
 * that was refused without asking. It is published before an approved method starts.
 *
 * @param outcome how it ended
 * @param label what the inbox shows
 * @param artifactType what kind of review was asked for
 * @param gate the method that is guarded, or what else asked
 */
public record ApprovalDecidedEvent(ApprovalOutcome outcome, String label, String artifactType, @Nullable String gate) {
}
