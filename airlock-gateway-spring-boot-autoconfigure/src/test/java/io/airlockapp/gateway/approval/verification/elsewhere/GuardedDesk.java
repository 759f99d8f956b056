/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification.elsewhere;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

/**
 * A guarded class with a method that only its own package sees.
 */
@RequiresAirlockApproval
public class GuardedDesk {

	void refund() {
		throw new IllegalStateException("Must not run");
	}

}
