/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification.elsewhere.reactor;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

/**
 * A class with a guarded method, in a package that is named like one of a large library.
 */
public class Plant {

	@RequiresAirlockApproval
	public void shutDown() {
		throw new IllegalStateException("Must not run");
	}

}
