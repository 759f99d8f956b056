/*
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Groups of approvers: their configuration, the persons behind pairings, and the count of
 * their votes.
 */
@NullMarked
package io.airlockapp.gateway.approvers;

import org.jspecify.annotations.NullMarked;
