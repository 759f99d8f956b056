/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * JUnit extension that captures the log events of a class during a test, from DEBUG on.
 */
public final class CapturedLog extends ListAppender<ILoggingEvent> implements BeforeEachCallback, AfterEachCallback {

	private final Logger logger;

	/**
	 * Create a log, to be registered with the test.
	 * @param source the class that logs
	 */
	public CapturedLog(Class<?> source) {
		this(source.getName());
	}

	/**
	 * Create a log, to be registered with the test.
	 * @param source the name of the class that logs
	 */
	public CapturedLog(String source) {
		this.logger = (Logger) LoggerFactory.getLogger(source);
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		start();
		this.logger.setLevel(Level.DEBUG);
		this.logger.addAppender(this);
	}

	@Override
	public void afterEach(ExtensionContext context) {
		this.logger.detachAppender(this);
		this.logger.setLevel(null);
	}

}
