/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.halt;

import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for storing the halt of an application. If instances share a store,
 * a state that was written must be visible to each read that begins afterwards.
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

	/**
	 * Return whether all instances share this store, and it outlives restarts.
	 * @return {@code false} if it is that of this instance only
	 */
	boolean isShared();

}
