/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Enumeration of the states of a durable approval.
 */
public enum DurableState {

	/**
	 * Recorded, but not yet submitted to the gateway as far as known.
	 */
	RECORDED,

	/**
	 * Accepted by the gateway and not decided as far as known.
	 */
	SUBMITTED,

	/**
	 * Approved: the verified decision is stored, and the method has not started, or
	 * starts again after it failed.
	 */
	DECIDED,

	/**
	 * Claimed by an instance that runs the method.
	 */
	CLAIMED,

	/**
	 * The outcome of the method is not known: the instance that ran it stopped, or an
	 * interceptor inside the guard hides how it ended. In the second case, the problem is
	 * the name of {@link io.airlockapp.gateway.MethodStartedException}.
	 */
	UNKNOWN,

	/**
	 * Being withdrawn, since the call was cancelled.
	 */
	CANCELLING,

	/**
	 * Ended: the method returned.
	 */
	DONE,

	/**
	 * Ended: the method threw an exception.
	 */
	FAILED,

	/**
	 * Ended: an operator determined the outcome after {@link #UNKNOWN}.
	 */
	RESOLVED,

	/**
	 * Ended: the approver rejected the call.
	 */
	DENIED,

	/**
	 * Ended: the call was cancelled before the method started.
	 */
	CANCELLED,

	/**
	 * Ended: there was no decision in time, or no start in time after it.
	 */
	TIMED_OUT,

	/**
	 * Ended: something other than a person prevented the start.
	 */
	REFUSED;

	/**
	 * Return whether this state is final.
	 * @return whether the call has ended
	 */
	public boolean isEnded() {
		return compareTo(DONE) >= 0;
	}

	/**
	 * Return the states that are not final.
	 * @return the states
	 */
	public static Set<DurableState> open() {
		return Collections.unmodifiableSet(EnumSet.range(RECORDED, CANCELLING));
	}

}
