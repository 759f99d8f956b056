/**
 * The gate: {@link io.airlockapp.gateway.approval.RequiresAirlockApproval} on a method
 * means that a call runs only after a person approved exactly this call.
 * <p>
 * The interceptor intercepts, the gate decides, the denial handler denies; each is a type
 * of its own. None of them knows the wire.
 */
@NullMarked
package io.airlockapp.gateway.approval;

import org.jspecify.annotations.NullMarked;
