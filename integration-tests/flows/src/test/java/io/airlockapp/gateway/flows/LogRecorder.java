/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/**
 * Records all that is logged by our packages and by Spring's HTTP client, at level TRACE.
 */
final class LogRecorder extends AppenderBase<ILoggingEvent> implements AutoCloseable {

	private static final List<String> LOGGERS = List.of("io.airlockapp", "org.springframework.web.client");

	private final StringBuffer text = new StringBuffer();

	static LogRecorder attach() {
		LogRecorder recorder = new LogRecorder();
		recorder.start();
		LOGGERS.forEach((name) -> {
			logger(name).setLevel(Level.TRACE);
			logger(name).addAppender(recorder);
		});
		return recorder;
	}

	private static Logger logger(String name) {
		return (Logger) LoggerFactory.getLogger(name);
	}

	@Override
	protected void append(ILoggingEvent event) {
		this.text.append(event.getThreadName()).append(' ').append(event.getFormattedMessage()).append('\n');
		if (event.getThrowableProxy() != null) {
			this.text.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
		}
	}

	String text() {
		return this.text.toString();
	}

	@Override
	public void close() {
		LOGGERS.forEach((name) -> {
			logger(name).setLevel(null);
			logger(name).detachAppender(this);
		});
	}

}
