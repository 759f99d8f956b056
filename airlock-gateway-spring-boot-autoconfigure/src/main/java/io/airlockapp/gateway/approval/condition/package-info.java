/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Expressions over the snapshot: conditions and descriptions.
 */
@NullMarked
package io.airlockapp.gateway.approval.condition;

import org.jspecify.annotations.NullMarked;
