package io.airlockapp.gateway;

import java.time.Instant;

/**
 * An approval that is being waited for.
 *
 * @param requestId the request's id
 * @param label what the inbox shows
 * @param createdAt since when it is waited for
 * @param expiresAt until when it is waited for
 */
public record PendingApproval(String requestId, String label, Instant createdAt, Instant expiresAt) {
}
