package io.airlockapp.gateway.flows;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.autoconfigure.AirlockAsyncErrorAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockScheduledErrorAutoConfiguration;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
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
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.util.ErrorHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what is logged about denied methods whose result nobody waits for.
 */
class DeniedTasksTests {

	private final AirlockSimulator simulator = AirlockSimulator.start();

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
		this.simulator.close();
	}

	@ParameterizedTest
	@ValueSource(classes = { AsyncApplication.class, AsyncApplicationWithExecutor.class })
	void deniedAsyncMethodIsOneWarning(Class<?> application) {
		runner(application).run((context) -> {
			context.getBean(Payouts.class).payOut();
			await().until(() -> !this.log.from(Level.WARN).isEmpty());
			context.getBean(Payouts.class).fail();
			await().until(() -> !this.log.from(Level.ERROR).isEmpty());
			assertThat(this.log.from(Level.INFO)).filteredOn((event) -> event.getFormattedMessage().contains("denied"))
				.extracting(ILoggingEvent::getLevel)
				.containsExactly(Level.INFO, Level.WARN);
			assertThat(this.log.from(Level.WARN)).satisfiesExactly((denial) -> assertDenial(denial, "Payouts.payOut"),
					(failure) -> assertFailure(failure, "SimpleAsyncUncaughtExceptionHandler"));
		});
	}

	@Test
	void executorIsStillTheApplications() {
		runner(AsyncApplicationWithExecutor.class).run((context) -> {
			context.getBean(Payouts.class).fail();
			await().until(() -> !this.log.from(Level.ERROR).isEmpty());
			assertThat(this.log.from(Level.ERROR))
				.allSatisfy((event) -> assertThat(event.getThreadName()).startsWith("own-"));
		});
	}

	@Test
	void ownHandlerOfAsyncMethodsWins() {
		runner(AsyncApplication.class).withUserConfiguration(Handled.class, OwnAsyncHandler.class).run((context) -> {
			context.getBean(Payouts.class).payOut();
			assertHandled(context.getBean(Handled.class).errors);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.threads.virtual.enabled=false", "spring.threads.virtual.enabled=true" })
	void deniedScheduledMethodIsOneWarningEachTime(String threads) {
		runner(SchedulingApplication.class).withPropertyValues(threads).run((context) -> {
			await().until(() -> this.log.from(Level.WARN).size() > 1);
			assertThat(List.copyOf(this.log.from(Level.WARN)))
				.allSatisfy((denial) -> assertDenial(denial, "Nightly.run"));
		});
	}

	@Test
	void otherFailureOfAScheduledMethodIsSprings() {
		runner(FailingApplication.class).run((context) -> {
			await().until(() -> this.log.from(Level.WARN).size() > 1);
			assertThat(List.copyOf(this.log.from(Level.WARN)))
				.allSatisfy((failure) -> assertFailure(failure, "TaskUtils$LoggingErrorHandler"));
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnCustomizer.class, OwnScheduler.class, OwnSchedulingConfigurer.class })
	void ownHandlerOfScheduledMethodsWins(Class<?> configuration) {
		runner(SchedulingApplication.class).withUserConfiguration(Handled.class, configuration)
			.run((context) -> assertHandled(context.getBean(Handled.class).errors));
	}

	private void assertHandled(List<Throwable> handled) {
		await().until(() -> !handled.isEmpty());
		assertThat(handled.get(0)).isInstanceOf(ApprovalDeniedException.class);
		assertThat(this.log.from(Level.WARN)).isEmpty();
	}

	private static void assertDenial(ILoggingEvent event, String method) {
		assertThat(event.getLevel()).isEqualTo(Level.WARN);
		assertThat(event.getThrowableProxy()).isNull();
		assertThat(event.getFormattedMessage()).contains(method, "was denied", "Not today").doesNotContain("\n");
	}

	private static void assertFailure(ILoggingEvent event, String logger) {
		assertThat(event.getLevel()).isEqualTo(Level.ERROR);
		assertThat(event.getThrowableProxy()).isNotNull();
		assertThat(event.getLoggerName()).endsWith(logger);
	}

	private ApplicationContextRunner runner(Class<?> application) {
		return SimulatedApplications.runner(this.simulator, application)
			.withPropertyValues("spring.application.name=payouts")
			.withConfiguration(AutoConfigurations.of(AirlockAsyncErrorAutoConfiguration.class,
					AirlockScheduledErrorAutoConfiguration.class, TaskExecutionAutoConfiguration.class,
					TaskSchedulingAutoConfiguration.class));
	}

	private static Logger rootLogger() {
		return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
	}

	private static final class ListAppender extends AppenderBase<ILoggingEvent> {

		private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

		@Override
		protected void append(ILoggingEvent event) {
			event.getThreadName();
			this.events.add(event);
		}

		List<ILoggingEvent> from(Level level) {
			return this.events.stream().filter((event) -> event.getLevel().isGreaterOrEqual(level)).toList();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	@Import(Payouts.class)
	static class AsyncApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	@Import(Payouts.class)
	static class AsyncApplicationWithExecutor {

		@Bean
		Executor ownExecutor() {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.setThreadNamePrefix("own-");
			return executor;
		}

	}

	static class OwnAsyncHandler implements AsyncConfigurer {

		private final Handled handled;

		OwnAsyncHandler(Handled handled) {
			this.handled = handled;
		}

		@Override
		public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
			return (ex, method, params) -> this.handled.handleError(ex);
		}

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

	static class Handled implements ErrorHandler {

		final List<Throwable> errors = new CopyOnWriteArrayList<>();

		@Override
		public void handleError(Throwable ex) {
			this.errors.add(ex);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnCustomizer {

		@Bean
		ThreadPoolTaskSchedulerCustomizer ownCustomizer(Handled handled) {
			return (scheduler) -> scheduler.setErrorHandler(handled);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnScheduler {

		@Bean
		ThreadPoolTaskScheduler ownScheduler(Handled handled) {
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setErrorHandler(handled);
			return scheduler;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnSchedulingConfigurer {

		@Bean
		SchedulingConfigurer ownSchedulingConfigurer(Handled handled) {
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setErrorHandler(handled);
			scheduler.setDaemon(true);
			scheduler.initialize();
			return (registrar) -> registrar.setTaskScheduler(scheduler);
		}

	}

}
