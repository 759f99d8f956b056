/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.halt;

import org.jspecify.annotations.Nullable;

/**
 * Event published by each instance when it finds that the guarded methods were halted, or
 * that they were resumed.
 *
 * @param halted the halt, or {@code null} if the methods were resumed
 * @param operator the name of the operator, or {@code null} if it is not known, such as
 * after another instance was resumed
 */
public record ApprovalHaltEvent(@Nullable HaltState halted, @Nullable String operator) {
}
