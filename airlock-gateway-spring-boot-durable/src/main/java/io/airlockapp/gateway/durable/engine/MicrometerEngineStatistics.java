package io.airlockapp.gateway.durable.engine;

import java.util.List;

import com.github.kagkarlsson.scheduler.event.SchedulerListener;
import com.github.kagkarlsson.scheduler.stats.MicrometerStatsRegistry;
import com.github.kagkarlsson.scheduler.stats.StatsRegistryAdapter;
import com.github.kagkarlsson.scheduler.task.Task;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * {@link EngineStatistics} with Micrometer. The tags of the meters are names of tasks,
 * and results.
 */
public final class MicrometerEngineStatistics implements EngineStatistics {

	private final MeterRegistry registry;

	/**
	 * Create statistics.
	 * @param registry the registry of the meters
	 */
	public MicrometerEngineStatistics(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public SchedulerListener create(List<Task<?>> tasks) {
		return new StatsRegistryAdapter(new MicrometerStatsRegistry(this.registry, tasks));
	}

}
