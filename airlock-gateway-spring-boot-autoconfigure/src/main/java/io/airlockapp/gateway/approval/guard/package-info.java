/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Guard of invocations: interception, and the gates that decide whether an invocation may
 * run.
 */
@NullMarked
package io.airlockapp.gateway.approval.guard;

import org.jspecify.annotations.NullMarked;
