/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Gate that authorizes all calls without approval, and logs a warning for each. The guard
 * recognizes it, since all calls that a method makes on its object are permitted then.
 */
public final class BypassApprovalGate implements ApprovalGate {

	private static final Log logger = LogFactory.getLog(BypassApprovalGate.class);

	/**
	 * Create a gate.
	 */
	public BypassApprovalGate() {
		logger.warn("Methods with @RequiresAirlockApproval run WITHOUT approval, because "
				+ "'airlock.gateway.approval.mode' is 'bypass'");
	}

	@Override
	public void authorize(GuardedCall call) {
		logger.warn("%s runs WITHOUT approval ('airlock.gateway.approval.mode' is 'bypass')".formatted(call));
	}

}
