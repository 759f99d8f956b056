/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.airlockapp.gateway.CapturedLog;
import io.airlockapp.gateway.support.Ticker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ApprovalTaskExecutor}.
 */
class ApprovalTaskExecutorTests {

	@RegisterExtension
	final CapturedLog log = new CapturedLog(ApprovalTaskExecutor.class);

	@ParameterizedTest
	@ValueSource(classes = { NoSuchMethodError.class, IllegalStateException.class })
	void failureOfExecutedTaskIsLogged(Class<? extends Throwable> type) throws Exception {
		Throwable failure = type.getConstructor(String.class).newInstance("message");
		try (ApprovalTaskExecutor threads = new ApprovalTaskExecutor(false, null)) {
			threads.executor().execute(() -> ReflectionUtils.rethrowRuntimeException(failure));
			await().until(() -> !this.log.list.isEmpty());
		}
		assertThat(this.log.list).extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
			.containsExactly(tuple(Level.ERROR, "A task in the background failed: "
					+ ((failure instanceof LinkageError) ? failure : type.getName())));
	}

	@Test
	void failureOfSubmittedTaskIsNotLogged() throws Exception {
		try (ApprovalTaskExecutor threads = new ApprovalTaskExecutor(false, null)) {
			Future<?> future = threads.executor().submit(() -> {
				throw new NoSuchMethodError("message");
			});
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> future.get(10, TimeUnit.SECONDS))
				.withCauseInstanceOf(NoSuchMethodError.class);
		}
		assertThat(this.log.list).isEmpty();
	}

	@Test
	void closeEndsWaitsWithoutInterrupts() {
		CompletableFuture<Boolean> waited = new CompletableFuture<>();
		CompletableFuture<Boolean> worked = new CompletableFuture<>();
		CountDownLatch end = new CountDownLatch(1);
		try (ApprovalTaskExecutor threads = new ApprovalTaskExecutor(false, null)) {
			threads.executor().execute(() -> {
				try {
					Ticker.system().sleep(Duration.ofMinutes(10));
				}
				catch (InterruptedException ex) {
					waited.complete(Thread.currentThread().isInterrupted());
				}
			});
			threads.executor().execute(() -> {
				try {
					worked.complete(end.await(20, TimeUnit.SECONDS));
				}
				catch (InterruptedException ex) {
					worked.complete(false);
				}
			});
		}
		end.countDown();
		assertThat(waited).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(false);
		assertThat(worked).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(true);
	}

	@Test
	void taskIsDecorated() throws Exception {
		CountDownLatch decorated = new CountDownLatch(1);
		try (ApprovalTaskExecutor threads = new ApprovalTaskExecutor(false, (task) -> () -> {
			decorated.countDown();
			task.run();
		})) {
			threads.executor().submit(() -> {
			}).get(10, TimeUnit.SECONDS);
		}
		assertThat(decorated.getCount()).isZero();
	}

}
