/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.engine;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.durable.maintenance.EndedCallCleaner;
import io.airlockapp.gateway.durable.maintenance.MissingStepScheduler;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Executes the steps of calls at their times, by one scheduler for requests to the
 * gateway and one for methods and handlers. Both start after the beans of the
 * application, and stop before they are destroyed.
 */
public final class DurableEngine implements SmartLifecycle {

	/**
	 * The phase of this engine, which stops after the graceful shutdown of a web server,
	 * whose requests may record calls.
	 */
	public static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 2048;

	private static final Log logger = LogFactory.getLog(DurableEngine.class);

	private static final Duration ASK_SHUTDOWN = Duration.ofSeconds(2);

	private static final Duration CLEAN_INTERVAL = Duration.ofHours(1);

	private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);

	private static final Duration UNRESOLVED = Duration.ofDays(3650);

	private static final int MISSED_HEARTBEATS = 6;

	private final DataSource dataSource;

	private final DbStepScheduler stepScheduler;

	private final EngineSettings settings;

	private final InstantSource clock;

	private final StepTasks tasks;

	private final List<RecurringTask<Void>> recurringTasks;

	private final List<Scheduler> schedulers = new ArrayList<>();

	/**
	 * Return the time after a claim in which a method can be entered. Heartbeats that are
	 * missed before and after it are fewer than those after which other instances regard
	 * this one as stopped.
	 * @param heartbeatInterval the interval at which executions in progress are marked
	 * @return the time
	 */
	public static Duration claimValidity(Duration heartbeatInterval) {
		return heartbeatInterval.multipliedBy(MISSED_HEARTBEATS - 2);
	}

	/**
	 * Create an engine.
	 * @param dataSource the database
	 * @param stepScheduler the scheduler of steps
	 * @param tasks the tasks that perform the steps
	 * @param missing the scheduler of missing steps
	 * @param cleaner the cleaner of calls that ended long ago
	 * @param settings the settings
	 * @param clock the time of day
	 */
	public DurableEngine(DataSource dataSource, DbStepScheduler stepScheduler, StepTasks tasks,
			MissingStepScheduler missing, EndedCallCleaner cleaner, EngineSettings settings, InstantSource clock) {
		this.dataSource = dataSource;
		this.stepScheduler = stepScheduler;
		this.tasks = tasks;
		this.settings = settings;
		this.clock = clock;
		this.recurringTasks = List.of(recurringTask("airlock-clean", CLEAN_INTERVAL, cleaner::clean),
				recurringTask("airlock-sweep", SWEEP_INTERVAL, missing::schedule));
	}

	private static RecurringTask<Void> recurringTask(String name, Duration interval, Runnable task) {
		WarnOnceLog warnings = new WarnOnceLog(logger);
		return Tasks.recurring(name, FixedDelay.of(interval)).execute((instance, context) -> {
			try {
				task.run();
				warnings.reset();
			}
			catch (Exception ex) {
				warnings.warn("The task %s failed, and is repeated: %s".formatted(name,
						AirlockGatewayException.safeMessage(ex)));
				throw ex;
			}
		});
	}

	@Override
	public synchronized void start() {
		if (isRunning()) {
			return;
		}
		this.tasks.setStopping(false);
		this.tasks.setStopped(false);
		JdbcCustomization statements = EngineStatements.of(this.dataSource);
		Scheduler ask = configure(
				new SchedulerBuilder(this.dataSource, List.copyOf(this.tasks.ask())).startTasks(this.recurringTasks),
				EngineTable.ASK, statements, this.settings.askThreads(), "airlock-ask-")
			.shutdownMaxWait(ASK_SHUTDOWN)
			.build();
		Scheduler run = configure(new SchedulerBuilder(this.dataSource, List.copyOf(this.tasks.run())), EngineTable.RUN,
				statements, this.settings.runThreads(), "airlock-run-")
			.shutdownMaxWait(this.settings.shutdownTimeout())
			.build();
		this.schedulers.add(ask);
		this.schedulers.add(run);
		this.stepScheduler.onDue(EngineTable.ASK, ask::triggerCheckForDueExecutions);
		this.stepScheduler.onDue(EngineTable.RUN, run::triggerCheckForDueExecutions);
		this.schedulers.forEach(Scheduler::start);
	}

	private SchedulerBuilder configure(SchedulerBuilder builder, EngineTable table, JdbcCustomization statements,
			int threads, String prefix) {
		ExecutorService executor = Executors.newFixedThreadPool(threads, new CustomizableThreadFactory(prefix));
		table.configure(builder, statements)
			.schedulerName(new SchedulerName.Fixed(this.settings.instance()))
			.threads(threads)
			.executorService(executor)
			.pollingInterval(this.settings.pollingInterval())
			.heartbeatInterval(this.settings.heartbeatInterval())
			.missedHeartbeatsLimit(MISSED_HEARTBEATS)
			.deleteUnresolvedAfter(UNRESOLVED)
			.failureLogging(LogLevel.OFF, false)
			.clock(this.clock::instant);
		if (statements.supportsSingleStatementLockAndFetch() || statements.supportsGenericLockAndFetch()) {
			builder.pollUsingLockAndFetch(0.5, 1.0);
		}
		else {
			builder.pollUsingFetch(0.5, 1.0);
		}
		return builder;
	}

	@Override
	public synchronized void stop() {
		this.tasks.setStopping(true);
		this.schedulers.forEach(Scheduler::stop);
		this.schedulers.clear();
		this.tasks.setStopped(true);
	}

	@Override
	public synchronized boolean isRunning() {
		return !this.schedulers.isEmpty();
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
