/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.support.BackgroundTask;
import io.airlockapp.gateway.support.DetachedThreadFactory;
import io.airlockapp.gateway.support.WaitScope;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * Runs one background task for each pairing in progress while the application runs. The
 * task claims codes of the pairing, and polls its state, at an interval.
 */
final class PairingTasks {

	private static final Log logger = LogFactory.getLog(PairingManager.class);

	private static final int TERMINATION_TIMEOUT_SECONDS = 2;

	private final Map<String, Task> tasks = new HashMap<>();

	private final ManagedPairingSource source;

	private final PairingDependencies dependencies;

	private @Nullable ThreadPoolTaskExecutor executor;

	PairingTasks(ManagedPairingSource source, PairingDependencies dependencies) {
		this.source = source;
		this.dependencies = dependencies;
	}

	synchronized void start() {
		if (this.executor == null) {
			ThreadPoolTaskExecutor started = new ThreadPoolTaskExecutor();
			started.setThreadFactory(new DetachedThreadFactory("airlock-pairing-"));
			started.setCorePoolSize(0);
			started.setQueueCapacity(0);
			// Interrupts may close the database of a store
			started.setWaitForTasksToCompleteOnShutdown(true);
			started.setAwaitTerminationSeconds(TERMINATION_TIMEOUT_SECONDS);
			started.initialize();
			this.executor = started;
		}
	}

	void stop() {
		ThreadPoolTaskExecutor stopped;
		synchronized (this) {
			stopped = this.executor;
			this.executor = null;
			this.tasks.values().forEach((task) -> task.scope.cancel());
			this.tasks.clear();
		}
		if (stopped != null) {
			stopped.shutdown();
		}
	}

	synchronized boolean isRunning() {
		return this.executor != null;
	}

	/**
	 * Poll for a pairing that may be in progress.
	 */
	void poll(String name) {
		run(name, null);
	}

	/**
	 * Claim a code, and poll for the pairing.
	 */
	void claim(String name, CodeClaim claim) {
		this.source.names().resumed(name);
		run(name, claim);
	}

	private synchronized void run(String name, @Nullable CodeClaim claim) {
		if (this.executor == null) {
			return;
		}
		Task running = this.tasks.get(name);
		Task task = (running != null) ? running : new Task(name);
		task.wanted = true;
		if (claim != null) {
			task.claims.add(claim);
		}
		if (running != null) {
			return;
		}
		this.tasks.put(name, task);
		BackgroundTask.execute(this.executor, this.dependencies.userBinding(), task, (ex) -> {
			// The next call tries again
			remove(task);
			failed(name, ex);
		});
	}

	private synchronized boolean isWanted(Task task) {
		boolean wanted = task.wanted;
		task.wanted = false;
		if (!wanted) {
			this.tasks.remove(task.name, task);
		}
		return wanted;
	}

	private synchronized void remove(Task task) {
		this.tasks.remove(task.name, task);
	}

	private void failed(String name, Throwable failure) {
		String reason = PairingMessages.brokenOff(name, AirlockGatewayException.safeMessage(failure));
		logger.error(reason);
		this.source.names().brokenOff(name, reason);
	}

	/**
	 * Completes one pairing. Only its waits are interrupted.
	 */
	private final class Task implements Runnable {

		private final WaitScope scope = new WaitScope();

		private final Queue<CodeClaim> claims = new ConcurrentLinkedQueue<>();

		private final String name;

		private final PairingPoller poller;

		private boolean wanted;

		private Task(String name) {
			this.name = name;
			this.poller = new PairingPoller(name, PairingTasks.this.source, PairingTasks.this.dependencies);
		}

		@Override
		public void run() {
			try (this.scope) {
				this.scope.enter();
				while (isWanted(this)) {
					while (performNext()) {
						PairingDependencies dependencies = PairingTasks.this.dependencies;
						dependencies.ticker().sleep(dependencies.pollInterval());
					}
				}
			}
			catch (InterruptedException ex) {
				logger.debug("A task of the pairing '%s' ends, because the application is shutting down"
					.formatted(this.name));
			}
			catch (Throwable ex) {
				failed(this.name, ex);
			}
			finally {
				remove(this);
			}
		}

		private boolean performNext() {
			this.claims.removeIf((claim) -> !claim.performNext());
			return this.poller.poll() || !this.claims.isEmpty();
		}

	}

}
