/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure.unretained;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

/**
 * Annotation that the compiler does not retain at runtime.
 */
@RequiresAirlockApproval
public @interface PaymentApproval {

}
