/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.halt;

import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for storing the halt of all instances of an application, which
 * outlives restarts. A state that was written must be visible to each read that begins
 * afterwards. The methods are called by one thread, which should not wait for longer than
 * two seconds.
 */
public interface HaltStore {

	/**
	 * Read the state.
	 * @return the state, or {@code null} if nothing is halted
	 */
	@Nullable HaltState read();

	/**
	 * Write the state.
	 * @param state the state, or {@code null} if nothing is halted any more
	 */
	void write(@Nullable HaltState state);

}
