package io.airlockapp.gateway.durable.engine;

import java.util.List;

import com.github.kagkarlsson.scheduler.event.SchedulerListener;
import com.github.kagkarlsson.scheduler.task.Task;

/**
 * Strategy interface for the statistics of the schedulers.
 */
@FunctionalInterface
public interface EngineStatistics {

	/**
	 * Create the statistics of a scheduler.
	 * @param tasks the tasks of the scheduler
	 * @return the listener that collects the statistics
	 */
	SchedulerListener create(List<Task<?>> tasks);

}
