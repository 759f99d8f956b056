package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.util.function.BooleanSupplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.support.Ticker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Records the outcome of a run. It is known only to this process, so that storing it is
 * repeated until it succeeds or the process stops.
 */
final class OutcomeRecorder {

	private static final Log logger = LogFactory.getLog(OutcomeRecorder.class);

	private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

	private final CallTransitions transitions;

	private final Ticker ticker;

	OutcomeRecorder(CallTransitions transitions, Ticker ticker) {
		this.transitions = transitions;
		this.ticker = ticker;
	}

	/**
	 * Record the end of a run.
	 */
	void ended(DurableCall call, String runId, DurableState state, @Nullable String problem) {
		if (!repeat(call, state, () -> this.transitions.endRun(call, runId, state, problem))) {
			logger.warn("The outcome %s of approval %s is not stored, since it was resolved in the meantime"
				.formatted(state, call.id()));
		}
	}

	private boolean repeat(DurableCall call, DurableState state, BooleanSupplier change) {
		// A pool may refuse connections to an interrupted thread
		Thread.interrupted();
		Duration pause = FIRST_PAUSE;
		while (true) {
			try {
				return change.getAsBoolean();
			}
			catch (RuntimeException ex) {
				logger.warn("The outcome %s of approval %s can't be stored yet: %s".formatted(state, call.id(),
						AirlockGatewayException.safeMessage(ex)));
				sleep(pause, ex);
				pause = (pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0) ? pause.multipliedBy(2) : LONGEST_PAUSE;
			}
		}
	}

	private void sleep(Duration pause, RuntimeException failure) {
		try {
			this.ticker.sleep(pause);
		}
		catch (InterruptedException ex) {
			throw failure;
		}
	}

}
