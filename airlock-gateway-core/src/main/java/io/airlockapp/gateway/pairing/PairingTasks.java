package io.airlockapp.gateway.pairing;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.support.WaitScope;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Runs the background tasks of pairings while the application runs.
 */
final class PairingTasks {

	private static final Log logger = LogFactory.getLog(PairingManager.class);

	private static final Duration TERMINATION_TIMEOUT = Duration.ofSeconds(2);

	private final PairingPoller poller;

	private final KnownPairings names;

	/**
	 * The names of the polled pairings, and whether to poll once more.
	 */
	private final Map<String, Boolean> polled = new HashMap<>();

	/**
	 * The scopes of the running tasks. Only their waits are interrupted, since an
	 * interrupt may close the database of a store.
	 */
	private final Set<WaitScope> running = ConcurrentHashMap.newKeySet();

	private @Nullable ExecutorService executor;

	PairingTasks(PairingPoller poller, KnownPairings names) {
		this.poller = poller;
		this.names = names;
	}

	synchronized void start() {
		if (this.executor == null) {
			CustomizableThreadFactory threadFactory = new CustomizableThreadFactory("airlock-pairing-");
			threadFactory.setDaemon(true);
			this.executor = Executors.newCachedThreadPool(threadFactory);
		}
	}

	void stop() {
		ExecutorService stopped;
		synchronized (this) {
			stopped = this.executor;
			this.executor = null;
		}
		if (stopped != null) {
			stopped.shutdown();
			this.running.forEach(WaitScope::cancel);
			awaitTermination(stopped);
		}
	}

	private static void awaitTermination(ExecutorService stopped) {
		try {
			if (!stopped.awaitTermination(TERMINATION_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
				logger.debug("A task of a pairing has not ended yet");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	synchronized boolean isRunning() {
		return this.executor != null;
	}

	synchronized void execute(String name, Task task) {
		if (this.executor != null) {
			this.names.resumed(name);
			start(this.executor, name, task);
		}
	}

	private void start(ExecutorService running, String name, Task task) {
		try {
			running.execute(() -> run(name, task));
		}
		catch (RuntimeException | Error ex) {
			// No thread could be started; the next call of poll tries again
			this.polled.remove(name);
			failed(name, ex);
		}
	}

	/**
	 * Poll for a pairing that may be in progress.
	 */
	synchronized void poll(String name) {
		if (this.executor != null && this.polled.put(name, true) == null) {
			start(this.executor, name, () -> pollWhileWanted(name));
		}
	}

	private void pollWhileWanted(String name) throws InterruptedException {
		try {
			while (isWanted(name)) {
				this.poller.run(name);
			}
		}
		catch (InterruptedException | RuntimeException | Error ex) {
			end(name);
			throw ex;
		}
	}

	private synchronized boolean isWanted(String name) {
		if (this.polled.replace(name, true, false)) {
			return true;
		}
		this.polled.remove(name);
		return false;
	}

	private synchronized void end(String name) {
		this.polled.remove(name);
	}

	private void run(String name, Task task) {
		try (WaitScope scope = new WaitScope().enter()) {
			this.running.add(scope);
			if (!isRunning()) {
				scope.cancel();
			}
			try {
				task.run();
			}
			finally {
				this.running.remove(scope);
			}
		}
		catch (InterruptedException ex) {
			logger.debug("A task of the pairing '%s' ends, since the application stops".formatted(name));
		}
		catch (RuntimeException | Error ex) {
			failed(name, ex);
		}
	}

	private void failed(String name, Throwable failure) {
		String reason = PairingMessages.brokenOff(name, AirlockGatewayException.safeMessage(failure));
		logger.error(reason);
		this.names.brokenOff(name, reason);
	}

	interface Task {

		void run() throws InterruptedException;

	}

}
