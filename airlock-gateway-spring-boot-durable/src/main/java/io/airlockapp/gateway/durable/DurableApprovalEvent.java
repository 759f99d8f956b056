/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

/**
 * Event published after the state of a durable approval changed, on a best-effort basis.
 * The event for {@link DurableState#RECORDED} is published in the transaction of the
 * caller, and all others after the change was committed.
 *
 * @param approval the approval in its new state
 */
public record DurableApprovalEvent(DurableApproval approval) {
}
