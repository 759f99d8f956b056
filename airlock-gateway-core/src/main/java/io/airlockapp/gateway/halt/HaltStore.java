/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.halt;

import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for storing the halt of all instances of an application, which
 * outlives restarts. A state that was written must be visible to each read that begins
 * afterwards, which returns an equal state. The methods are called by one thread, which
 * should not wait for longer than two seconds. Guarded methods are refused while the
 * state cannot be read.
 */
public interface HaltStore {

	/**
	 * Read the state.
	 * @return the state, or {@code null} if nothing is halted
	 */
	@Nullable HaltState read();

	/**
	 * Write the state, in place of any other.
	 * @param state the state
	 */
	void write(HaltState state);

	/**
	 * Remove a state, unless it was replaced or removed since it was read. Comparing and
	 * removing must be one atomic operation, since a state that an operator does not know
	 * must not be removed.
	 * @param state the state as read
	 * @return whether it was removed
	 */
	boolean remove(HaltState state);

}
