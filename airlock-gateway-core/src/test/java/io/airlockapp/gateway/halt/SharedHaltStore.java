/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.halt;

import org.jspecify.annotations.Nullable;

/**
 * A store of several instances that can fail, and in which something happens between a
 * read and its return.
 */
final class SharedHaltStore implements HaltStore {

	private @Nullable HaltState state;

	boolean failing;

	Runnable duringRead = () -> {
	};

	@Override
	public @Nullable HaltState read() {
		requireWorking();
		HaltState read = this.state;
		this.duringRead.run();
		return read;
	}

	@Override
	public void write(@Nullable HaltState state) {
		requireWorking();
		this.state = state;
	}

	private void requireWorking() {
		if (this.failing) {
			throw new IllegalStateException("No database");
		}
	}

	@Override
	public boolean isShared() {
		return true;
	}

}
