package io.airlockapp.gateway.durable.method;

import java.lang.reflect.InvocationTargetException;
import java.util.function.BooleanSupplier;

/**
 * Strategy interface for running recorded calls that were approved. It verifies the
 * decision on each call itself, so that it runs nothing but what an approver signed.
 */
public interface ApprovedCalls {

	/**
	 * Run a call: the interceptors behind the guard, and the method. The plaintext has to
	 * be that of an approval by a key in force, the target has to be a durable method of
	 * a bean, and the rebuilt arguments have to be those of the plaintext.
	 * @param call the call as stored
	 * @param claim the claim of the call for this run. It is made once, after all
	 * verifications that need no arguments, and immediately before the arguments are
	 * rebuilt
	 * @return the result
	 * @throws InvocationTargetException if the method was started and threw an exception
	 */
	Result run(ApprovedCall call, BooleanSupplier claim) throws InvocationTargetException;

	/**
	 * Enumeration of the results of a run.
	 */
	enum Result {

		/**
		 * The method ran and returned.
		 */
		DONE,

		/**
		 * This instance has no such bean or method, or it is not durable. The call was
		 * not claimed.
		 */
		TARGET_MISSING,

		/**
		 * The pairing can't be read at the moment. The call was not claimed.
		 */
		UNAVAILABLE,

		/**
		 * The pairing is no longer in force. The call was not claimed.
		 */
		PAIRING_REVOKED,

		/**
		 * The decision is no approval of the plaintext by a key in force. The call was
		 * not claimed.
		 */
		NOT_VERIFIED,

		/**
		 * The time to start is over. The call was not claimed.
		 */
		TOO_LATE,

		/**
		 * The claim was refused.
		 */
		NOT_CLAIMED,

		/**
		 * The rebuilt arguments are not those of the plaintext. The call was claimed, but
		 * the method was not started.
		 */
		ARGUMENTS_CHANGED

	}

}
