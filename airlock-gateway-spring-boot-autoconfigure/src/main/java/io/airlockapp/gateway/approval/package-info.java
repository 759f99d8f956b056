/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * API of the guard. A method with
 * {@link io.airlockapp.gateway.approval.RequiresAirlockApproval} runs only after a person
 * approved exactly this invocation.
 * <p>
 * The interceptor intercepts invocations, the gate authorizes them, and the denial
 * handler handles denials. These are separate types, and none of them depends on the wire
 * protocol.
 */
@NullMarked
package io.airlockapp.gateway.approval;

import org.jspecify.annotations.NullMarked;
