/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.exchange;

import io.airlockapp.gateway.ApprovalDecision;
import org.jspecify.annotations.Nullable;

/**
 * Holds a verified decision as it is stored.
 *
 * @param decision the decision
 * @param msgId the id of the message to acknowledge, or {@code null} if there was none
 */
public record StoredDecision(ApprovalDecision decision, @Nullable String msgId) {
}
