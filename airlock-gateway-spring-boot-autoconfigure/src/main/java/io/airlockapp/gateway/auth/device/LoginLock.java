package io.airlockapp.gateway.auth.device;

import java.io.InterruptedIOException;
import java.util.concurrent.locks.ReentrantLock;

import io.airlockapp.gateway.AirlockGatewayException;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread at a time change a login. Who waits for it can be interrupted.
 */
final class LoginLock {

	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * Run an action alone.
	 * @throws AirlockGatewayException if the thread is interrupted while it waits
	 */
	@Nullable Login call(Action action) {
		try {
			this.lock.lockInterruptibly();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AirlockGatewayException("The thread was interrupted while it waited for an access token", null,
					new InterruptedIOException());
		}
		try {
			return action.run();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What is done with a login.
	 */
	@FunctionalInterface
	interface Action {

		@Nullable Login run();

	}

}
