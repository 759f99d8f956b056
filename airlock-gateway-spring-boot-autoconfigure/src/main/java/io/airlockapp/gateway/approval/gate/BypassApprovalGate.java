package io.airlockapp.gateway.approval.gate;

import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Gate that lets all calls pass. It is used only with {@code
 * airlock.gateway.approval.mode=bypass}.
 */
final class BypassApprovalGate implements ApprovalGate {

	private static final Log logger = LogFactory.getLog(BypassApprovalGate.class);

	BypassApprovalGate() {
		logger.warn("Methods with @RequiresAirlockApproval run WITHOUT approval, since "
				+ "'airlock.gateway.approval.mode' is 'bypass'");
	}

	@Override
	public void pass(GuardedCall call) {
		logger.warn("%s runs WITHOUT approval ('airlock.gateway.approval.mode' is 'bypass')".formatted(call));
	}

}
