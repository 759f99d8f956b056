/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

import io.airlockapp.gateway.PendingApproval;
import org.jspecify.annotations.Nullable;

/**
 * Event published when an approval request is about to be sent, in the thread that then
 * waits. It is not published for durable calls, for which no thread waits.
 *
 * @param approval the pending approval
 * @param artifactType the type of review that is requested
 * @param gate the guarded method, or else the source of the request
 */
public record ApprovalRequestedEvent(PendingApproval approval, String artifactType, @Nullable String gate) {
}
