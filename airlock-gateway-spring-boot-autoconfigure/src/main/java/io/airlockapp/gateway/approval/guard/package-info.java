/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Guard of invocations: interception, the gates that decide whether an invocation may
 * run, and the journal of approvals.
 */
@NullMarked
package io.airlockapp.gateway.approval.guard;

import org.jspecify.annotations.NullMarked;
