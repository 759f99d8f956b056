/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification.elsewhere;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

/**
 * A class with a guarded method that only its own package sees.
 */
public class Desk {

	@RequiresAirlockApproval
	void refund() {
		throw new IllegalStateException("Must not run");
	}

}
