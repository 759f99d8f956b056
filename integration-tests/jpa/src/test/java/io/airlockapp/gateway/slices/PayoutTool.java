/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.slices;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

/**
 * A guarded bean of the application's own configuration, which all its slices have.
 */
class PayoutTool {

	@RequiresAirlockApproval("Use the tool")
	public String use() {
		return "used";
	}

}
