/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.time.Instant;

/**
 * Request for an approval whose decision is pending.
 *
 * @param requestId the request's id
 * @param label the label that the inbox shows
 * @param createdAt the start of the wait
 * @param expiresAt the end of the wait
 */
public record PendingApproval(String requestId, String label, Instant createdAt, Instant expiresAt) {
}
