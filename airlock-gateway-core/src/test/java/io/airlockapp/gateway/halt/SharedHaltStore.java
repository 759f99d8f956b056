/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.halt;

import org.jspecify.annotations.Nullable;

/**
 * A store of several instances that can fail, and in which something happens during a
 * read or write.
 */
final class SharedHaltStore implements HaltStore {

	volatile @Nullable HaltState state;

	boolean failing;

	Runnable duringRead = () -> {
	};

	Runnable duringWrite = () -> {
	};

	@Override
	public @Nullable HaltState read() {
		requireWorking();
		HaltState read = this.state;
		this.duringRead.run();
		return read;
	}

	@Override
	public void write(HaltState state) {
		requireWorking();
		this.state = state;
		this.duringWrite.run();
	}

	@Override
	public boolean remove(HaltState state) {
		requireWorking();
		boolean same = state.equals(this.state);
		if (same) {
			this.state = null;
		}
		this.duringWrite.run();
		return same;
	}

	private void requireWorking() {
		if (this.failing) {
			throw new IllegalStateException("No database");
		}
	}

}
