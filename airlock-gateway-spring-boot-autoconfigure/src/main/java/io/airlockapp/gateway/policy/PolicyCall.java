package io.airlockapp.gateway.policy;

import java.util.List;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.client.DndPolicies;
import io.airlockapp.gateway.client.DndPolicy;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Requests policies from the gateway. A failure of the gateway is logged once, and means
 * that there are no policies. An {@link Error} of our own is thrown.
 */
final class PolicyCall {

	private static final Log logger = LogFactory.getLog(PolicyCall.class);

	private final Supplier<@Nullable DndPolicies> gateway;

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	PolicyCall(Supplier<@Nullable DndPolicies> gateway) {
		this.gateway = gateway;
	}

	List<DndPolicy> run() {
		try {
			DndPolicies policies = this.gateway.get();
			if (policies != null) {
				succeeded();
				return policies.policies();
			}
			failed("the answer is empty");
		}
		catch (RuntimeException | Error ex) {
			requireWorking(ex);
			failed(AirlockGatewayException.safeMessage(ex));
		}
		return List.of();
	}

	/**
	 * What is broken here, unlike the gateway, must not open what a policy denies.
	 */
	private void requireWorking(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof Error error) {
				warn("Do-not-disturb policies can't be read, so guarded methods are denied: ",
						AirlockGatewayException.safeMessage(error));
				throw error;
			}
		}
	}

	private void succeeded() {
		if (this.warnings.reset()) {
			logger.info("The gateway tells do-not-disturb policies again");
		}
	}

	private void failed(String reason) {
		warn("The gateway tells no do-not-disturb policies, so the person is asked: ", reason);
	}

	private void warn(String what, String reason) {
		// An interrupt means that the application stops
		if (Thread.currentThread().isInterrupted()) {
			logger.debug(what + reason);
		}
		else {
			this.warnings.warn(what + reason);
		}
	}

}
