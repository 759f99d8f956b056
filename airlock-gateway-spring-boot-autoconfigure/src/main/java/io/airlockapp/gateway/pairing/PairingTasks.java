package io.airlockapp.gateway.pairing;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * What is done for pairings in the background, while the application runs.
 */
final class PairingTasks {

	private static final Log logger = LogFactory.getLog(PairingManager.class);

	private static final Duration TERMINATION_TIMEOUT = Duration.ofSeconds(2);

	private final PairingPoller poller;

	private final Set<String> wanted = new LinkedHashSet<>();

	private final Set<String> polled = new HashSet<>();

	private @Nullable Threads executor;

	PairingTasks(PairingPoller poller) {
		this.poller = poller;
	}

	synchronized void start() {
		if (this.executor == null) {
			this.executor = new Threads();
			Set.copyOf(this.wanted).forEach(this::poll);
		}
	}

	void stop() {
		Threads stopped;
		synchronized (this) {
			stopped = this.executor;
			this.executor = null;
		}
		if (stopped != null) {
			stopped.close();
		}
	}

	synchronized boolean isRunning() {
		return this.executor != null;
	}

	synchronized void execute(Task task) {
		if (this.executor != null) {
			this.executor.execute(() -> run(task));
		}
	}

	/**
	 * Poll for a pairing that may be under way, now or when this is started.
	 */
	synchronized void poll(String name) {
		this.wanted.add(name);
		if (this.executor != null && this.polled.add(name)) {
			this.executor.execute(() -> run(() -> pollWhileWanted(name)));
		}
	}

	private void pollWhileWanted(String name) throws InterruptedException {
		boolean ended = false;
		try {
			while (startsOnce(name)) {
				this.poller.run(name);
			}
			ended = true;
		}
		finally {
			if (!ended) {
				end(name);
			}
		}
	}

	private synchronized boolean startsOnce(String name) {
		boolean isWanted = this.wanted.remove(name);
		if (!isWanted) {
			end(name);
		}
		return isWanted;
	}

	private synchronized void end(String name) {
		this.polled.remove(name);
	}

	private static void run(Task task) {
		try {
			task.run();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (RuntimeException ex) {
			logger.error("A pairing can't go on: " + ex.getClass().getName());
		}
	}

	interface Task {

		void run() throws InterruptedException;

	}

	/**
	 * Threads that end when they are closed, in silence also where a task was about to
	 * begin.
	 */
	@SuppressWarnings("serial")
	private static final class Threads extends SimpleAsyncTaskExecutor {

		Threads() {
			super("airlock-pairing-");
			setDaemon(true);
			setCancelRemainingTasksOnClose(true);
			setTaskTerminationTimeout(TERMINATION_TIMEOUT.toMillis());
		}

		@Override
		protected void doExecute(Runnable task) {
			super.doExecute(() -> {
				try {
					task.run();
				}
				catch (CancellationException ex) {
					// Closed before it began
				}
			});
		}

	}

}
