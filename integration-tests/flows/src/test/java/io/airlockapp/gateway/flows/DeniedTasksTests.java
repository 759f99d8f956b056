/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.aop.interceptor.SimpleAsyncUncaughtExceptionHandler;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.task.ThreadPoolTaskSchedulerCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.support.TaskUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what is logged about denied methods whose result nobody waits for.
 */
class DeniedTasksTests extends SimulatorTests {

	private final ListAppender log = new ListAppender();

	@BeforeEach
	void start() {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.reject("Not today"));
		this.log.start();
		rootLogger().addAppender(this.log);
	}

	@AfterEach
	void stop() {
		rootLogger().detachAppender(this.log);
	}

	@Test
	void deniedAsyncMethodIsAnErrorOfSpring() {
		runner(AsyncApplication.class).run((context) -> {
			context.getBean(Payouts.class).payOut();
			await().until(() -> !this.log.from(Level.WARN).isEmpty());
			assertThat(this.log.from(Level.WARN)).singleElement()
				.satisfies((denial) -> assertFailure(denial, "SimpleAsyncUncaughtExceptionHandler"));
		});
	}

	@Test
	void deniedAsyncMethodIsOneWarningOfADocumentedHandler() {
		runner(AsyncApplication.class).withUserConfiguration(DenialLogging.class).run((context) -> {
			context.getBean(Payouts.class).payOut();
			await().until(() -> !this.log.from(Level.WARN).isEmpty());
			context.getBean(Payouts.class).fail();
			await().until(() -> !this.log.from(Level.ERROR).isEmpty());
			assertThat(this.log.from(Level.WARN)).satisfiesExactly((denial) -> assertDenial(denial, "payOut"),
					(failure) -> assertFailure(failure, "SimpleAsyncUncaughtExceptionHandler"));
		});
	}

	@Test
	void deniedScheduledMethodIsOneWarningOfADocumentedHandlerEachTime() {
		runner(SchedulingApplication.class).withUserConfiguration(DenialLogging.class).run((context) -> {
			await().until(() -> this.log.from(Level.WARN).size() > 1);
			assertThat(List.copyOf(this.log.from(Level.WARN)))
				.allSatisfy((denial) -> assertDenial(denial, "A scheduled method"));
		});
	}

	@Test
	void otherFailureOfAScheduledMethodIsAnErrorOfSpring() {
		runner(FailingApplication.class).withUserConfiguration(DenialLogging.class).run((context) -> {
			await().until(() -> this.log.from(Level.WARN).size() > 1);
			assertThat(List.copyOf(this.log.from(Level.WARN)))
				.allSatisfy((failure) -> assertFailure(failure, "TaskUtils$LoggingErrorHandler"));
		});
	}

	private static void assertDenial(ILoggingEvent event, String subject) {
		assertThat(event.getLevel()).isEqualTo(Level.WARN);
		assertThat(event.getThrowableProxy()).isNull();
		assertThat(event.getFormattedMessage()).startsWith(subject)
			.contains("was denied", "Not today")
			.doesNotContain("\n");
	}

	private static void assertFailure(ILoggingEvent event, String logger) {
		assertThat(event.getLevel()).isEqualTo(Level.ERROR);
		assertThat(event.getThrowableProxy()).isNotNull();
		assertThat(event.getLoggerName()).endsWith(logger);
	}

	private ApplicationContextRunner runner(Class<?> application) {
		return SimulatedApplications.runner(this.simulator, application)
			.withPropertyValues("spring.application.name=payouts")
			.withConfiguration(
					AutoConfigurations.of(TaskExecutionAutoConfiguration.class, TaskSchedulingAutoConfiguration.class));
	}

	private static Logger rootLogger() {
		return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
	}

	private static final class ListAppender extends AppenderBase<ILoggingEvent> {

		private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

		@Override
		protected void append(ILoggingEvent event) {
			this.events.add(event);
		}

		List<ILoggingEvent> from(Level level) {
			return this.events.stream().filter((event) -> event.getLevel().isGreaterOrEqual(level)).toList();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DenialLogging {

		private static final Log logger = LogFactory.getLog(DenialLogging.class);

		// tag::log[]
		@Bean
		AsyncConfigurer asyncDenialLogging() {
			AsyncUncaughtExceptionHandler others = new SimpleAsyncUncaughtExceptionHandler();
			return new AsyncConfigurer() {

				@Override
				public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
					return (ex, method, arguments) -> {
						if (ex instanceof AirlockGatewayException) {
							logger.warn(method.getName() + " did not run: " + ex.getMessage());
						}
						else {
							others.handleUncaughtException(ex, method, arguments);
						}
					};
				}

			};
		}

		@Bean
		ThreadPoolTaskSchedulerCustomizer scheduledDenialLogging() {
			return (scheduler) -> scheduler.setErrorHandler((ex) -> {
				if (ex instanceof AirlockGatewayException) {
					logger.warn("A scheduled method did not run: " + ex.getMessage());
				}
				else {
					TaskUtils.LOG_AND_SUPPRESS_ERROR_HANDLER.handleError(ex);
				}
			});
		}
		// end::log[]

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	@Import(Payouts.class)
	static class AsyncApplication {

	}

	static class Payouts {

		@Async
		@RequiresAirlockApproval
		public void payOut() {
		}

		@Async
		public void fail() {
			throw new IllegalStateException("Broken");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	@Import(Nightly.class)
	static class SchedulingApplication {

	}

	static class Nightly {

		@Scheduled(fixedDelay = 1)
		@RequiresAirlockApproval
		public void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	@Import(Failing.class)
	static class FailingApplication {

	}

	static class Failing {

		@Scheduled(fixedDelay = 1)
		public void run() {
			throw new IllegalStateException("Broken");
		}

	}

}
