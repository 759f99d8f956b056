package io.airlockapp.gateway;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;

/**
 * Tells the gateway that decisions were received, as well as it can. However many
 * decisions come at once, a few threads do it.
 */
final class Acknowledger {

	private static final Log logger = LogFactory.getLog(Acknowledger.class);

	private static final int THREADS = 4;

	private static final int TRIES = 3;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final Queue<Runnable> receipts = new ConcurrentLinkedQueue<>();

	private final Semaphore freeThreads = new Semaphore(THREADS);

	private final ExchangeCalls calls;

	private final AsyncTaskExecutor executor;

	private final TaskDecorator userBinding;

	Acknowledger(ExchangeCalls calls, AsyncTaskExecutor executor, TaskDecorator userBinding) {
		this.calls = calls;
		this.executor = executor;
		this.userBinding = userBinding;
	}

	/**
	 * Acknowledge a decision in the background. Whatever happens to it, the decision
	 * stands.
	 * @param requestId the exchange's id
	 * @param msgId the id of the delivered message, if it was delivered as one
	 */
	void acknowledge(String requestId, @Nullable String msgId) {
		if (msgId == null) {
			return;
		}
		// Bound one by one, since a thread also works for those who find none free
		Runnable receipt = this.userBinding.decorate(() -> tryToAcknowledge(requestId, msgId));
		this.receipts.add(receipt);
		if (!this.freeThreads.tryAcquire()) {
			return;
		}
		try {
			this.executor.execute(this::work);
		}
		catch (RejectedExecutionException ex) {
			this.freeThreads.release();
			this.receipts.remove(receipt);
			logger.debug("Decision on request %s is not acknowledged: no thread is free".formatted(requestId));
		}
	}

	private void work() {
		do {
			try {
				for (Runnable next = this.receipts.poll(); next != null; next = this.receipts.poll()) {
					next.run();
				}
			}
			finally {
				this.freeThreads.release();
			}
			// One may have been added before the thread was free again
		}
		while (!this.receipts.isEmpty() && this.freeThreads.tryAcquire());
	}

	private void tryToAcknowledge(String requestId, String msgId) {
		for (int i = 0; i < TRIES && !Thread.currentThread().isInterrupted(); i++) {
			try {
				this.calls.acknowledge(requestId, msgId, PATIENCE);
				return;
			}
			catch (AirlockGatewayException ex) {
				logger.debug(
						"Decision on request %s could not be acknowledged: %s".formatted(requestId, ex.getMessage()));
				if (!ex.isTransient()) {
					return;
				}
			}
		}
	}

}
