/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.kotlin

import io.airlockapp.gateway.approval.RequiresAirlockApproval

@RequiresAirlockApproval
fun topLevel(order: String) = order

open class BesideAFunction {

	open fun refund(order: String) = topLevel(order)

}
