package io.airlockapp.gateway.exchange;

import java.time.Duration;

/**
 * Strategy interface for receiving the decision on a submitted request. An instance
 * serves one exchange.
 */
interface DecisionReceiver {

	/**
	 * Wait once for the decision, for a time chosen by the implementation, but not beyond
	 * the deadline of the exchange.
	 * @return the resulting state of the exchange, with the decision if there is one;
	 * {@code UNKNOWN} causes the request to be submitted again, and a failure causes a
	 * pause before the next wait
	 * @throws InterruptedException if the thread is interrupted
	 */
	ExchangeReport receive() throws InterruptedException;

	/**
	 * Request the state of the exchange and an existing decision, without waiting for the
	 * approver.
	 * @param left the available time
	 * @return the state of the exchange, including any failure of the request
	 */
	ExchangeReport inspect(Duration left);

}
