package io.airlockapp.gateway.approval.guard;

import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.exchange.Admission;

/**
 * {@link GuardedCall} with the operations of the guard itself, which no gate of the
 * application has.
 */
public interface GuardedInvocation extends GuardedCall {

	/**
	 * Return the permit with which the approval of this call is requested.
	 * @return the permit, {@link Admission#none()} if none was acquired
	 */
	Admission admission();

	/**
	 * Record the approval of this call.
	 * @param requestId the id of the approved request
	 */
	void approved(String requestId);

	/**
	 * Register a callback for the start of the method. It must neither block nor throw.
	 * @param onStart the callback, called after the last comparison of the arguments
	 */
	void onStart(Runnable onStart);

	/**
	 * Return a call as the invocation that the guard created.
	 * @param call the call that was passed to a gate
	 * @return the same call
	 * @throws IllegalArgumentException if the guard did not create the call, since it
	 * then implies nothing about the arguments of the method
	 */
	static GuardedInvocation of(GuardedCall call) {
		if (call instanceof GuardedInvocation invocation) {
			return invocation;
		}
		throw new IllegalArgumentException(
				"A gate was passed a %s that the guard did not make. Pass the GuardedCall that your gate was given"
					.formatted(call.getClass().getName()));
	}

}
