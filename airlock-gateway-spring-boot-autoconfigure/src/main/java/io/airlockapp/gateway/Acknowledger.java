package io.airlockapp.gateway;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.AsyncTaskExecutor;

/**
 * Tells the gateway that decisions were received, as well as it can.
 */
final class Acknowledger {

	private static final Log logger = LogFactory.getLog(Acknowledger.class);

	private static final int TRIES = 3;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

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
		try {
			this.executor.execute(() -> tryToAcknowledge(requestId, msgId));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Decision on request %s is not acknowledged: no thread is free".formatted(requestId));
		}
	}

	private void tryToAcknowledge(String requestId, String msgId) {
		for (int i = 0; i < TRIES; i++) {
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
