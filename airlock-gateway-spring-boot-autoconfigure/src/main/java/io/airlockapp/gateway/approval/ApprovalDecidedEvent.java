/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

import io.airlockapp.gateway.ApprovalOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Event published when an approval request has ended, whatever its outcome, and for each
 * call that a policy decided, or the guard refused, without a request. It is published
 * before an approved method starts.
 *
 * @param outcome the outcome
 * @param label the label that the inbox shows
 * @param artifactType the type of review that was requested
 * @param gate the guarded method, or else the source of the request
 * @param requester the person on whose behalf approval was requested, or {@code null} if
 * unknown, if a request of the template does not name it, or if the call was recorded
 */
public record ApprovalDecidedEvent(ApprovalOutcome outcome, String label, String artifactType, @Nullable String gate,
		@Nullable String requester) {
}
