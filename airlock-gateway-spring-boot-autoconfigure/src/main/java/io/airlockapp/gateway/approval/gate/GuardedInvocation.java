package io.airlockapp.gateway.approval.gate;

import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.approval.GuardedCall;

/**
 * {@link GuardedCall} with what the gates of {@link ApprovalGates} need beyond what an
 * application's gates see.
 */
public interface GuardedInvocation extends GuardedCall {

	/**
	 * Return a request that tells what was called and shows no argument, for a call that
	 * nobody is asked about.
	 * @return the request
	 */
	ApprovalRequest toBareRequest();

	/**
	 * Return a digest of the method and its arguments, which is the same for equal calls
	 * in this process. It must not leave the process.
	 * @return the digest
	 */
	String comparableDigest();

	/**
	 * Return what is different for each method of each class, unlike the text form, which
	 * leaves out packages and parameters.
	 * @return the key
	 */
	String methodKey();

	/**
	 * Record that a person approved this call.
	 * @param requestId the id of the request that was approved
	 */
	void approved(String requestId);

	/**
	 * Register what is to be done when the method starts. It must neither wait nor throw.
	 * @param onStart called after the last comparison
	 */
	void onStart(Runnable onStart);

	/**
	 * Return a call as the guard made it.
	 * @param call the call that a gate was passed
	 * @return the same call
	 * @throws IllegalArgumentException if it is another one, which says nothing about the
	 * arguments of the method
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
