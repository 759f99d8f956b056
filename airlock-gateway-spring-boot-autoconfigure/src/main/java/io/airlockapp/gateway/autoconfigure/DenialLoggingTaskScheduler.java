package io.airlockapp.gateway.autoconfigure;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;

import io.airlockapp.gateway.AirlockGatewayException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.SchedulingAwareRunnable;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.Trigger;

/**
 * {@link TaskScheduler} that delegates to another scheduler, and logs one line if a
 * {@code @Scheduled} method is denied. All other exceptions are left to the delegate.
 */
final class DenialLoggingTaskScheduler implements TaskScheduler {

	private static final Log logger = LogFactory.getLog(DenialLoggingTaskScheduler.class);

	private final TaskScheduler delegate;

	DenialLoggingTaskScheduler(TaskScheduler delegate) {
		this.delegate = delegate;
	}

	@Override
	public Clock getClock() {
		return this.delegate.getClock();
	}

	@Override
	public @Nullable ScheduledFuture<?> schedule(Runnable task, Trigger trigger) {
		return this.delegate.schedule(logging(task), trigger);
	}

	@Override
	public ScheduledFuture<?> schedule(Runnable task, Instant startTime) {
		return this.delegate.schedule(logging(task), startTime);
	}

	@Override
	public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, Instant startTime, Duration period) {
		return this.delegate.scheduleAtFixedRate(logging(task), startTime, period);
	}

	@Override
	public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, Duration period) {
		return this.delegate.scheduleAtFixedRate(logging(task), period);
	}

	@Override
	public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, Instant startTime, Duration delay) {
		return this.delegate.scheduleWithFixedDelay(logging(task), startTime, delay);
	}

	@Override
	public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, Duration delay) {
		return this.delegate.scheduleWithFixedDelay(logging(task), delay);
	}

	private static Runnable logging(Runnable task) {
		return new LoggingTask(task);
	}

	/**
	 * Task that retains the qualifier by which the original task selects its scheduler.
	 */
	private record LoggingTask(Runnable task) implements SchedulingAwareRunnable {

		@Override
		public void run() {
			try {
				this.task.run();
			}
			catch (AirlockGatewayException ex) {
				logger.warn("Scheduled task %s ended without approval: %s".formatted(this.task, ex.getMessage()));
			}
		}

		@Override
		public @Nullable String getQualifier() {
			return (this.task instanceof SchedulingAwareRunnable aware) ? aware.getQualifier() : null;
		}

		@Override
		public String toString() {
			return this.task.toString();
		}

	}

}
