/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.method;

import java.lang.reflect.InvocationTargetException;
import java.util.function.BooleanSupplier;

import io.airlockapp.gateway.MethodStartedException;

/**
 * Strategy interface for running recorded calls that were approved. It verifies the
 * decision on each call itself, so that it runs nothing but what an approver signed.
 */
public interface ApprovedCalls {

	/**
	 * Run a call: the interceptors behind the guard, and the method. First, the plaintext
	 * has to be that of an approval by a key in force. Then the other parts have to be
	 * those of the plaintext, before the arguments are read and the target is looked up.
	 * Last, the rebuilt arguments have to be those of the plaintext, also directly before
	 * the method.
	 * @param call the call as stored
	 * @param claim the claim of the call for this run. It is made once, after everything
	 * that can fail without a start of the method
	 * @return the result
	 * @throws InvocationTargetException if the method was entered and threw an exception
	 * @throws MethodStartedException if the method was entered, and it is not known how
	 * it ended
	 */
	Result run(ApprovedCall call, Claim claim) throws InvocationTargetException;

	/**
	 * Claim of a call for one run. It returns {@code true} if the claim is committed.
	 */
	@FunctionalInterface
	interface Claim extends BooleanSupplier {

		/**
		 * Prepare the current thread for the arguments and the method of the call, whose
		 * plaintext was verified.
		 * @param restartable whether the method has {@link RestartUncommitted}
		 */
		default void prepare(boolean restartable) {
		}

		/**
		 * Verify that the method may be entered in the transaction of the current thread.
		 * This is called directly before the method.
		 */
		default void enter() {
		}

	}

	/**
	 * Enumeration of the results of a run. The call was claimed only if the result is
	 * {@link #DONE}.
	 */
	enum Result {

		/**
		 * The method ran and returned.
		 */
		DONE,

		/**
		 * This instance has no such bean or method, or it is not durable, or needs other
		 * approvers, or the plaintext is that of a later release.
		 */
		TARGET_MISSING,

		/**
		 * The pairing cannot be read at the moment.
		 */
		UNAVAILABLE,

		/**
		 * The pairing that was asked is revoked.
		 */
		PAIRING_REVOKED,

		/**
		 * Too few persons are left without an approval by a key of the excluded
		 * requester.
		 */
		KEY_OF_REQUESTER,

		/**
		 * The pairing of this instance is another one than that which was asked.
		 */
		OTHER_PAIRING,

		/**
		 * The decision is no approval of the plaintext by a key in force, or a part of
		 * the call is not that of the plaintext.
		 */
		NOT_VERIFIED,

		/**
		 * The time to start is over.
		 */
		TOO_LATE,

		/**
		 * The claim was refused.
		 */
		NOT_STARTED,

		/**
		 * The arguments cannot be rebuilt or read at the moment, or by this instance.
		 */
		ARGUMENTS_UNREADABLE,

		/**
		 * This instance rebuilds other arguments than those of the plaintext, or other
		 * texts of them.
		 */
		ARGUMENTS_CHANGED

	}

}
