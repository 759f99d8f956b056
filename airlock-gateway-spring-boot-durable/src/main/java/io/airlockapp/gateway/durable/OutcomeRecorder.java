/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.support.GrowingPause;
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

	private static final GrowingPause STORE_PAUSE = new GrowingPause(Duration.ofSeconds(1), Duration.ofSeconds(30));

	private static final GrowingPause START_PAUSE = new GrowingPause(Duration.ofSeconds(10), Duration.ofHours(2));

	private final DurableCallStore store;

	private final CallTransitions transitions;

	private final InstantSource clock;

	private final Ticker ticker;

	private volatile boolean stopped;

	OutcomeRecorder(DurableCallStore store, CallTransitions transitions, InstantSource clock, Ticker ticker) {
		this.store = store;
		this.transitions = transitions;
		this.clock = clock;
		this.ticker = ticker;
	}

	/**
	 * Set whether the application has stopped. Its database may be closed then, so that
	 * the outcome of a method that returns later is not stored repeatedly.
	 */
	void setStopped(boolean stopped) {
		this.stopped = stopped;
	}

	/**
	 * Record the end of a run.
	 * @return the next step if the claim was taken back, or {@code null}
	 */
	@Nullable NextStep ended(DurableCall call, String runId, DurableState state, @Nullable String problem) {
		return repeat(call, state, () -> end(call, runId, state, problem));
	}

	/**
	 * Record that the method threw an exception. The call starts again after a pause if
	 * starts and time are left and no transaction of the run was committed.
	 * @param problem the problem until the next start
	 * @param maxStarts the maximum number of starts
	 * @return the next step, or {@code null} if the call has ended
	 */
	@Nullable NextStep failed(DurableCall call, String runId, Throwable failure, String problem, int maxStarts) {
		int starts = call.starts() + 1;
		Instant time = this.clock.instant().plus(START_PAUSE.after(call.starts()));
		NextStep next = null;
		try {
			next = repeat(call, DurableState.FAILED,
					() -> (starts < maxStarts && startAgain(call, runId, problem, maxStarts, time))
							? new NextStep(Step.RUN, time)
							: end(call, runId, DurableState.FAILED, failure.getClass().getName()));
		}
		finally {
			// Also if the outcome is not stored, since no caller gets the exception
			log(call, failure, starts, maxStarts, next);
		}
		return next;
	}

	/**
	 * Record that the method was entered, and that a failure does not show how it ended.
	 * It may have had its effect, or may still have it in another thread, so that the
	 * call does not start again, and an operator resolves it.
	 * @return the next step if the claim was taken back, or {@code null}
	 */
	@Nullable NextStep unknown(DurableCall call, String runId, Throwable failure) {
		try {
			return ended(call, runId, DurableState.UNKNOWN, failure.getClass().getName());
		}
		finally {
			// Also if it is not stored, since no caller gets the exception
			logger.error("The outcome of %s of approval %s is not known".formatted(call.approval().gate(), call.id()),
					failure);
		}
	}

	private void log(DurableCall call, Throwable failure, int starts, int maxStarts, @Nullable NextStep next) {
		String line = "%s of approval %s failed".formatted(call.approval().gate(), call.id());
		if (next != null) {
			logger.warn(
					"%s, and starts again at %s (start %s of %s)".formatted(line, next.time(), starts + 1, maxStarts),
					failure);
		}
		else {
			logger.error(line, failure);
		}
	}

	/**
	 * Record that the method was not entered, so that the call has not started. If a
	 * transaction of the run was committed nevertheless, the call has failed.
	 * @return the next step, or {@code null} if the call has ended
	 */
	@Nullable NextStep notEntered(DurableCall call, String runId, String problem, NextStep next) {
		return repeat(call, DurableState.DECIDED, () -> {
			if (this.transitions.release(call, runId, next.time()) || isDecided(call)) {
				return next;
			}
			return end(call, runId, DurableState.FAILED, problem);
		});
	}

	private boolean startAgain(DurableCall call, String runId, String problem, int maxStarts, Instant time) {
		if (this.transitions.startAgain(call, runId, problem, maxStarts, time)) {
			return true;
		}
		return isDecided(call);
	}

	/**
	 * Return whether the claim was taken back, since an earlier transaction may have been
	 * committed although it seemed to fail.
	 */
	private boolean isDecided(DurableCall call) {
		DurableApproval approval = this.store.find(call.id());
		return approval != null && approval.state() == DurableState.DECIDED;
	}

	private @Nullable NextStep end(DurableCall call, String runId, DurableState state, @Nullable String problem) {
		if ((state != DurableState.UNKNOWN) ? this.transitions.endRun(call, runId, state, problem)
				: this.transitions.lose(call, runId, problem)) {
			return null;
		}
		logger.warn("The outcome %s of approval %s is not stored, because it was resolved or started again"
			.formatted(state, call.id()));
		// The process that took the claim back may have stopped before it scheduled a
		// step
		return isDecided(call) ? new NextStep(Step.RUN, this.clock.instant()) : null;
	}

	private @Nullable NextStep repeat(DurableCall call, DurableState state, Supplier<@Nullable NextStep> change) {
		// A pool may refuse connections to an interrupted thread
		Thread.interrupted();
		for (int failures = 0;; failures++) {
			try {
				return change.get();
			}
			catch (Exception ex) {
				logger.warn("The outcome %s of approval %s cannot be stored yet: %s".formatted(state, call.id(),
						AirlockGatewayException.safeMessage(ex)));
				if (this.stopped || !sleep(STORE_PAUSE.after(failures))) {
					throw ex;
				}
			}
		}
	}

	/**
	 * Pause before the outcome is stored again.
	 * @return {@code false} if the thread was interrupted
	 */
	private boolean sleep(Duration pause) {
		try {
			this.ticker.sleep(pause);
			return true;
		}
		catch (InterruptedException ex) {
			return false;
		}
	}

}
