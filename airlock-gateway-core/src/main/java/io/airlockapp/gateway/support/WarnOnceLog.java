/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * Logs the first message with level WARN and all others with level DEBUG, until it is
 * reset. Thread-safe.
 */
public final class WarnOnceLog {

	private final AtomicBoolean warned = new AtomicBoolean();

	private final Log logger;

	/**
	 * Create a log.
	 * @param logger the logger to use
	 */
	public WarnOnceLog(Log logger) {
		this.logger = logger;
	}

	/**
	 * Log a message.
	 * @param message the message
	 */
	public void warn(String message) {
		warn(message, null);
	}

	/**
	 * Log a message with a stack trace.
	 * @param message the message
	 * @param cause the cause, or {@code null}
	 */
	public void warn(String message, @Nullable Throwable cause) {
		if (this.warned.compareAndSet(false, true)) {
			this.logger.warn(message, cause);
		}
		else {
			this.logger.debug(message, cause);
		}
	}

	/**
	 * Log the next message with level WARN again.
	 * @return whether a message was logged since the last reset
	 */
	public boolean reset() {
		return this.warned.getAndSet(false);
	}

}
