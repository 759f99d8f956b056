package io.airlockapp.gateway.support;

import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;

/**
 * Logs with level WARN the first time, and with level DEBUG from then on, until it is
 * reset. Thread-safe.
 */
public final class WarnOnceLog {

	private final AtomicBoolean warned = new AtomicBoolean();

	private final Log logger;

	/**
	 * Create a log.
	 * @param logger the logger that messages are logged with
	 */
	public WarnOnceLog(Log logger) {
		this.logger = logger;
	}

	/**
	 * Log a message.
	 * @param message the message
	 */
	public void warn(String message) {
		if (this.warned.compareAndSet(false, true)) {
			this.logger.warn(message);
		}
		else {
			this.logger.debug(message);
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
