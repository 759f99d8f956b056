/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.Map;

/**
 * Strategy interface for a context of the caller, such as a tenant, that is recorded with
 * a call and restored for its run. The values are part of what the approver sees and
 * signs, unless they are hidden.
 */
public interface DurableContext {

	/**
	 * Return the name of this context, which is unique among the beans of this type.
	 * @return the name
	 */
	String getName();

	/**
	 * Return whether the values are hidden from the approver, who then sees that this
	 * context has some. It has to be {@code false} if they decide on the effect of a
	 * call.
	 * @return whether the values are hidden, by default {@code false}
	 */
	default boolean isHidden() {
		return false;
	}

	/**
	 * Return the context of the current thread, which is that of the caller. If this
	 * method throws an exception, the call is not recorded.
	 * @return the values by name, without {@code null}, or an empty map
	 */
	Map<String, String> capture();

	/**
	 * Restore a context in the current thread, in which the method then runs. This is
	 * called for each run, before the call is claimed. If this method throws an
	 * exception, the run is repeated until the call may no longer start.
	 * @param values the values that were captured, empty if there were none
	 * @return an object whose {@code close} method removes the context
	 */
	Scope restore(Map<String, String> values);

	/**
	 * Scope in which a context is restored.
	 */
	@FunctionalInterface
	interface Scope extends AutoCloseable {

		/**
		 * Remove the context. A failure is logged, and does not change the outcome of the
		 * call.
		 */
		@Override
		void close();

	}

}
