package io.airlockapp.gateway.flows;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

import io.airlockapp.gateway.autoconfigure.AirlockAsyncErrorAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockScheduledErrorAutoConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that the logging of denials leaves schedulers and handlers of others alone.
 */
class DenialLoggingTests {

	static final List<String> threads = new CopyOnWriteArrayList<>();

	static final List<Throwable> handled = new CopyOnWriteArrayList<>();

	@Test
	void schedulerThatAMethodNamesIsUsed() {
		scheduled(new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockScheduledErrorAutoConfiguration.class,
					TaskSchedulingAutoConfiguration.class, LateAutoConfiguration.class)));
	}

	private void scheduled(ApplicationContextRunner runner) {
		threads.clear();
		runner.withUserConfiguration(App.class).run((context) -> {
			await().until(() -> !threads.isEmpty());
			assertThat(threads.get(0)).startsWith("late-");
		});
	}

	@Test
	void handlerOfABeanOfBootsNameIsUsed() {
		handled.clear();
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockAsyncErrorAutoConfiguration.class,
					TaskExecutionAutoConfiguration.class))
			.withUserConfiguration(AsyncApp.class)
			.run((context) -> {
				context.getBean(Work.class).work();
				await().untilAsserted(() -> assertThat(handled).isNotEmpty());
			});
	}

	@Test
	void asyncConfigurerOfALibraryIsTheOnlyOne() {
		library(new ApplicationContextRunner().withConfiguration(AutoConfigurations
			.of(AirlockAsyncErrorAutoConfiguration.class, TaskExecutionAutoConfiguration.class, LibraryAsync.class)));
	}

	private void library(ApplicationContextRunner runner) {
		runner.withUserConfiguration(OwnExecutor.class).run((context) -> {
			assertThat(context).hasNotFailed();
			handled.clear();
			context.getBean(Work.class).work();
			await().untilAsserted(() -> assertThat(handled).isNotEmpty());
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class OwnExecutor {

		@Bean
		Executor own() {
			return Runnable::run;
		}

		@Bean
		Work work() {
			return new Work();
		}

	}

	@AutoConfiguration(after = TaskSchedulingAutoConfiguration.class)
	static class LibraryAsync {

		@Bean
		AsyncConfigurer libraryAsync() {
			return new AsyncConfigurer() {
				@Override
				public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
					return (ex, method, params) -> handled.add(ex);
				}
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class AsyncApp {

		@Bean
		AsyncConfigurer applicationTaskExecutorAsyncConfigurer() {
			return new AsyncConfigurer() {
				@Override
				public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
					return (ex, method, params) -> handled.add(ex);
				}
			};
		}

		@Bean
		Work work() {
			return new Work();
		}

	}

	static class Work {

		@Async
		public void work() {
			throw new IllegalStateException("x");
		}

	}

	@AutoConfiguration(after = TaskSchedulingAutoConfiguration.class)
	static class LateAutoConfiguration {

		@Bean
		ThreadPoolTaskScheduler lateScheduler() {
			ThreadPoolTaskScheduler s = new ThreadPoolTaskScheduler();
			s.setThreadNamePrefix("late-");
			return s;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class App {

		@Scheduled(fixedDelay = 50, scheduler = "lateScheduler")
		void run() {
			threads.add(Thread.currentThread().getName());
		}

	}

}
