/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import org.junit.jupiter.api.Test;

import org.springframework.core.task.TaskDecorator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link BackgroundTask}.
 */
class BackgroundTaskTests {

	private static final TaskDecorator NONE = (task) -> task;

	private final List<Object> events = new ArrayList<>();

	private final RuntimeException failure = new IllegalStateException("down");

	@Test
	void executeRunsTask() {
		execute(Runnable::run, NONE);
		assertThat(this.events).containsExactly("ran");
	}

	@Test
	void refusedByTheExecutorIsAbandoned() {
		RejectedExecutionException refusal = new RejectedExecutionException();
		execute((task) -> {
			throw refusal;
		}, NONE);
		assertThat(this.events).containsExactly(refusal);
	}

	@Test
	void failureOfTheDecoratorInTheCallersThreadAbandons() {
		execute(Runnable::run, (task) -> {
			throw this.failure;
		});
		assertThat(this.events).containsExactly(this.failure);
	}

	@Test
	void failureOfWhatDecoratesAbandons() {
		execute(Runnable::run, (task) -> () -> {
			throw this.failure;
		});
		assertThat(this.events).containsExactly(this.failure);
	}

	@Test
	void decoratorThatDoesNotRunTheTaskAbandons() {
		List<Runnable> kept = new ArrayList<>();
		execute(Runnable::run, (task) -> () -> kept.add(task));
		assertThat(this.events).singleElement().isInstanceOf(IllegalStateException.class);
		kept.forEach(Runnable::run);
		assertThat(this.events).hasSize(1);
	}

	@Test
	void failureAfterTheTaskAbandonsNothing() {
		assertThatIllegalStateException().isThrownBy(() -> execute(Runnable::run, (task) -> () -> {
			task.run();
			throw this.failure;
		})).isSameAs(this.failure);
		assertThat(this.events).containsExactly("ran");
	}

	@Test
	void abandonedBeforeItBeginsNeverBegins() {
		List<Runnable> queue = new ArrayList<>();
		BackgroundTask task = execute(queue::add, NONE);
		assertThat(task.abandon(this.failure)).isTrue();
		assertThat(task.abandon(this.failure)).isFalse();
		queue.forEach(Runnable::run);
		assertThat(this.events).containsExactly(this.failure);
	}

	private BackgroundTask execute(Executor executor, TaskDecorator decorator) {
		return BackgroundTask.execute(executor, decorator, () -> this.events.add("ran"), this.events::add);
	}

}
