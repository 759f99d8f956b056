package io.airlockapp.gateway.exchange;

import java.time.Duration;

/**
 * Strategy interface for the way in which the decision on a submitted request arrives. An
 * instance serves one exchange.
 */
interface DecisionReceiver {

	/**
	 * Wait for the decision, for as long as one wait takes here, and not beyond the
	 * deadline of the exchange.
	 * @return where the exchange then stands, with the decision if there is one;
	 * {@code UNKNOWN} has the request submitted again, and a failure asks for a pause
	 * before the next wait
	 * @throws InterruptedException if the thread is interrupted
	 */
	ExchangeReport receive() throws InterruptedException;

	/**
	 * Find out where the exchange stands, and fetch its decision if there is one, without
	 * waiting for the person.
	 * @param left how much time there is
	 * @return where it stands; a failure of the gateway is part of that
	 */
	ExchangeReport inspect(Duration left);

}
