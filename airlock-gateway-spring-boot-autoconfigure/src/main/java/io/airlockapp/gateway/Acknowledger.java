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

/**
 * Tells the gateway that decisions were received, as well as it can. However many
 * decisions come at once, a few threads do it.
 */
final class Acknowledger {

	private static final Log logger = LogFactory.getLog(Acknowledger.class);

	private static final int THREADS = 4;

	private static final int TRIES = 3;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final Queue<Receipt> receipts = new ConcurrentLinkedQueue<>();

	private final Semaphore freeThreads = new Semaphore(THREADS);

	private final ExchangeCalls calls;

	private final AsyncTaskExecutor executor;

	Acknowledger(ExchangeCalls calls, AsyncTaskExecutor executor) {
		this.calls = calls;
		this.executor = executor;
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
		Receipt receipt = new Receipt(requestId, msgId);
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
				for (Receipt next = this.receipts.poll(); next != null; next = this.receipts.poll()) {
					tryToAcknowledge(next);
				}
			}
			finally {
				this.freeThreads.release();
			}
			// One may have been added before the thread was free again
		}
		while (!this.receipts.isEmpty() && this.freeThreads.tryAcquire());
	}

	private void tryToAcknowledge(Receipt receipt) {
		for (int i = 0; i < TRIES && !Thread.currentThread().isInterrupted(); i++) {
			try {
				this.calls.acknowledge(receipt.requestId(), receipt.msgId(), PATIENCE);
				return;
			}
			catch (AirlockGatewayException ex) {
				logger.debug("Decision on request %s could not be acknowledged: %s".formatted(receipt.requestId(),
						ex.getMessage()));
				if (!ex.isTransient()) {
					return;
				}
			}
		}
	}

	private record Receipt(String requestId, String msgId) {
	}

}
