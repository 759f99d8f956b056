/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.support.Backoff;
import io.airlockapp.gateway.support.Durations;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WaitScope;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Pauses an exchange before a retry, and holds the last unresolved failure.
 */
final class ExchangeRetries {

	private static final Log logger = LogFactory.getLog(ExchangeRetries.class);

	private static final int TOO_MANY_REQUESTS = 429;

	private final String requestId;

	private final ApprovalDeadline deadline;

	private final Backoff backoff;

	private final Ticker ticker;

	private volatile @Nullable AirlockGatewayException lastFailure;

	/**
	 * Create the retries of one exchange.
	 * @param deadline the latest end of pauses
	 */
	ExchangeRetries(String requestId, ApprovalDeadline deadline, Backoff backoff, Ticker ticker) {
		this.requestId = requestId;
		this.deadline = deadline;
		this.backoff = backoff;
		this.ticker = ticker;
	}

	/**
	 * Pause after a failure.
	 * @throws AirlockGatewayException the failure, if a retry is pointless
	 * @throws InterruptedException if the thread is interrupted
	 */
	void pauseAfter(AirlockGatewayException failure) throws InterruptedException {
		if (WaitScope.interrupted()) {
			throw new InterruptedException();
		}
		if (ExchangeFailures.isEnding(failure)) {
			throw failure;
		}
		if (this.lastFailure == null) {
			logger.debug("Approval %s: %s; trying again".formatted(this.requestId, failure.getMessage()));
		}
		// The retries after another failure may have used up the limit
		if (this.lastFailure == null || !failure.isOwnLimit()) {
			this.lastFailure = failure;
		}
		if (failure.getStatus() == TOO_MANY_REQUESTS && !failure.isOwnLimit()) {
			// The rate limiter pauses all requests
			return;
		}
		pause(this.backoff.next(failure.getRetryAfter()));
	}

	/**
	 * Pause, but not beyond the deadline.
	 * @throws InterruptedException if the thread is interrupted
	 */
	void pause(Duration pause) throws InterruptedException {
		Duration bounded = Durations.min(pause, this.deadline.remaining());
		if (!bounded.isNegative() && !bounded.isZero()) {
			this.ticker.sleep(bounded);
		}
	}

	/**
	 * Clear the last failure after the request has succeeded.
	 */
	void overcome() {
		this.lastFailure = null;
	}

	/**
	 * Clear the last failure, and restart the backoff with short delays.
	 */
	void reset() {
		overcome();
		this.backoff.reset();
	}

	@Nullable AirlockGatewayException lastFailure() {
		return this.lastFailure;
	}

}
