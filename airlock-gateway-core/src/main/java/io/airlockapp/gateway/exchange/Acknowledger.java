/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

import io.airlockapp.gateway.AccessTokenException;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.support.BackgroundTask;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WaitScope;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;

/**
 * Acknowledges received decisions to the gateway, on a best-effort basis. The number of
 * threads is limited regardless of the number of decisions. Acknowledgements have the
 * lowest priority of the requests of an exchange, and are dropped if they are not sent
 * within a time limit.
 */
final class Acknowledger {

	private static final Log logger = LogFactory.getLog(Acknowledger.class);

	private static final int THREADS = 4;

	private static final int TRIES = 3;

	private static final int CAPACITY = 10_000;

	/**
	 * The time after which an acknowledgement is useless.
	 */
	private static final Duration LIFETIME = Duration.ofMinutes(5);

	private final Queue<Runnable> receipts = new LinkedBlockingQueue<>(CAPACITY);

	private final Semaphore freeThreads = new Semaphore(THREADS);

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	private final ExchangeClient client;

	private final AsyncTaskExecutor executor;

	private final TaskDecorator userBinding;

	private final Ticker ticker;

	Acknowledger(ExchangeClient client, AsyncTaskExecutor executor, TaskDecorator userBinding, Ticker ticker) {
		this.client = client;
		this.executor = executor;
		this.userBinding = userBinding;
		this.ticker = ticker;
	}

	/**
	 * Acknowledge a decision in the background. Failures do not affect the decision.
	 * @param requestId the exchange's id
	 * @param msgId the id of the delivered message, or {@code null} if there was none
	 */
	void acknowledge(String requestId, @Nullable String msgId) {
		if (msgId == null) {
			return;
		}
		Deadline deadline = Deadline.in(LIFETIME, this.ticker);
		// Bound individually, since a thread sends those of several users
		BackgroundTask.execute(this::add, this.userBinding, () -> tryToAcknowledge(requestId, msgId, deadline),
				(ex) -> failed(requestId, ex));
		if (this.freeThreads.tryAcquire()) {
			BackgroundTask.execute(this.executor, (task) -> task, this::work, (ex) -> {
				this.freeThreads.release();
				failed(requestId, ex);
			});
		}
	}

	private void add(Runnable receipt) {
		if (!this.receipts.offer(receipt)) {
			throw new RejectedExecutionException("Too many acknowledgements wait");
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
			// An acknowledgement may have been added before the permit was released
		}
		while (!this.receipts.isEmpty() && this.freeThreads.tryAcquire());
	}

	private void tryToAcknowledge(String requestId, String msgId, Deadline deadline) {
		for (int i = 0; i < TRIES && !deadline.isOver() && !WaitScope.isInterrupted(); i++) {
			try {
				this.client.acknowledge(requestId, msgId, deadline.remaining());
				return;
			}
			catch (Throwable ex) {
				failed(requestId, ex);
				// A user whose identity provider does not respond must not occupy the
				// threads that acknowledge the decisions of others
				if (!isExpected(ex) || ex instanceof AccessTokenException
						|| !((AirlockGatewayException) ex).isTransient()) {
					return;
				}
			}
		}
	}

	private void failed(String requestId, Throwable failure) {
		String message = "Decision on request %s could not be acknowledged: %s".formatted(requestId,
				AirlockGatewayException.safeMessage(failure));
		if (isExpected(failure) || failure instanceof RejectedExecutionException) {
			logger.debug(message);
		}
		else {
			this.warnings.warn(message);
		}
	}

	private static boolean isExpected(Throwable failure) {
		return failure instanceof AirlockGatewayException ex && !ex.isUnexpected();
	}

}
