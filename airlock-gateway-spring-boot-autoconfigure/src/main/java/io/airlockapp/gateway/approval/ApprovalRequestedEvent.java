package io.airlockapp.gateway.approval;

import io.airlockapp.gateway.PendingApproval;
import org.jspecify.annotations.Nullable;

/**
 * Published when a person is about to be asked, in the thread that then waits.
 *
 * @param approval what is asked
 * @param artifactType what kind of review is asked for
 * @param gate the method that is guarded, or what else asks
 */
public record ApprovalRequestedEvent(PendingApproval approval, String artifactType, @Nullable String gate) {
}
