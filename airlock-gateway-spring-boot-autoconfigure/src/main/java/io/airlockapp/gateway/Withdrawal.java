package io.airlockapp.gateway;

import java.time.Duration;

import io.airlockapp.gateway.client.Deadline;
import io.airlockapp.gateway.client.Ticker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request back, so that nobody is asked for what is no longer waited for. If the
 * gateway refuses since there is a decision, that is fetched: it was given and must not
 * get lost.
 */
final class Withdrawal {

	private static final Log logger = LogFactory.getLog(Withdrawal.class);

	private static final int TRIES = 3;

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	/**
	 * How long leaving may keep the caller.
	 */
	private static final Duration LIMIT = Duration.ofSeconds(10);

	private static final Duration PAUSE = Duration.ofMillis(300);

	private final ExchangeCalls calls;

	private final String requestId;

	private final boolean submitted;

	private final Ticker ticker;

	private final Deadline deadline;

	/**
	 * Create a withdrawal.
	 * @param submitted whether the gateway is known to have the request; if not, the
	 * submission may still be on its way there
	 */
	Withdrawal(ExchangeCalls calls, String requestId, boolean submitted, Ticker ticker) {
		this.calls = calls;
		this.requestId = requestId;
		this.submitted = submitted;
		this.ticker = ticker;
		this.deadline = Deadline.in(LIMIT, ticker);
	}

	/**
	 * Withdraw the request.
	 * @return the decision, if there is one, or {@code null}
	 */
	@Nullable Delivery run() {
		for (int tries = 1;; tries++) {
			try {
				this.calls.withdraw(this.requestId, patience(), this.deadline);
				return null;
			}
			catch (AirlockGatewayException ex) {
				if (ex.isConflict()) {
					return decision();
				}
				boolean again = ex.isTransient() || (ex.getStatus() == 404 && !this.submitted);
				if (!again || tries == TRIES || !pause()) {
					logger.debug("Request %s could not be withdrawn and expires by itself: %s".formatted(this.requestId,
							ex.getMessage()));
					return null;
				}
			}
		}
	}

	private @Nullable Delivery decision() {
		for (int tries = 1;; tries++) {
			try {
				return Delivery.find(this.calls.getStatus(this.requestId, patience(), this.deadline));
			}
			catch (AirlockGatewayException ex) {
				if (!ex.isTransient() || tries == TRIES || !pause()) {
					logger.warn("Request %s was decided, but the decision could not be fetched: %s"
						.formatted(this.requestId, ex.getMessage()));
					return null;
				}
			}
		}
	}

	private Duration patience() {
		Duration left = this.deadline.remaining();
		return (left.compareTo(PATIENCE) < 0) ? left : PATIENCE;
	}

	private boolean pause() {
		if (Thread.currentThread().isInterrupted() || this.deadline.isOver()) {
			return false;
		}
		try {
			this.ticker.sleep(PAUSE);
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
