package io.airlockapp.gateway.approval;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.exchange.Admission;

/**
 * Strategy interface for deciding whether a guarded call may run.
 */
@FunctionalInterface
public interface ApprovalGate {

	/**
	 * Return normally only if the call may run now. This is called in the thread that
	 * waits, which is the caller's unless the method returns a future or a publisher.
	 * @param call the guarded call
	 * @throws AirlockGatewayException if the call must not run, for whatever reason
	 */
	void authorize(GuardedCall call);

	/**
	 * Take the place that a call needs while it waits, before a thread, a snapshot or
	 * anything else is spent on it. This is called where the call or the subscription
	 * comes from, unless a condition is evaluated first. By default no place is needed.
	 * @param call the guarded call, which is then passed by {@link Admission#run}
	 * @return the place, which is given back when the call has passed or must not run
	 * @throws AirlockGatewayException if there is none, so that the call must not run
	 */
	default Admission admit(GuardedCall call) {
		return Admission.none();
	}

}
