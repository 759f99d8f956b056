/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.slf4j.LoggerFactory;

/**
 * Text of all that is logged from INFO on during a test, with stack traces and without
 * the time, whose digits could be mistaken for those of a message.
 */
public final class CapturedOutput implements CharSequence {

	private final StringBuffer text = new StringBuffer();

	/**
	 * Return the text.
	 * @return the text
	 */
	public String getAll() {
		return this.text.toString();
	}

	@Override
	public int length() {
		return this.text.length();
	}

	@Override
	public char charAt(int index) {
		return this.text.charAt(index);
	}

	@Override
	public CharSequence subSequence(int start, int end) {
		return this.text.subSequence(start, end);
	}

	@Override
	public String toString() {
		return getAll();
	}

	/**
	 * Gives a test its captured output.
	 */
	public static final class Extension extends AppenderBase<ILoggingEvent>
			implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

		private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

		private final PatternLayout layout = new PatternLayout();

		private volatile CapturedOutput output = new CapturedOutput();

		@Override
		public void beforeEach(ExtensionContext context) {
			LoggerContext loggers = this.root.getLoggerContext();
			this.layout.setContext(loggers);
			this.layout.setPattern("%5p [%t] %c : %m%n");
			this.layout.start();
			this.output = new CapturedOutput();
			setContext(loggers);
			start();
			this.root.addAppender(this);
		}

		@Override
		public void afterEach(ExtensionContext context) {
			this.root.detachAppender(this);
			stop();
		}

		@Override
		protected void append(ILoggingEvent event) {
			if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
				this.output.text.append(this.layout.doLayout(event));
			}
		}

		@Override
		public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
			return parameter.getParameter().getType() == CapturedOutput.class;
		}

		@Override
		public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
			return this.output;
		}

	}

}
