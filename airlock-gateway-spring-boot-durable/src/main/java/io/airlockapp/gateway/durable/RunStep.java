/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.random.RandomGenerator;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.durable.CallRun.Obstacle;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.method.ApprovedCall;
import io.airlockapp.gateway.durable.method.ApprovedCall.Vote;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.durable.method.ApprovedCalls.Result;
import io.airlockapp.gateway.durable.method.RestartUncommitted;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs an approved call, at most once, or as often as there are attempts while its method
 * fails. The claim is committed before the method starts. If the process ends after that,
 * the outcome is unknown, and the call is not started again, unless its method has
 * {@link RestartUncommitted} and nothing was committed.
 */
public final class RunStep {

	private static final Log logger = LogFactory.getLog(RunStep.class);

	/**
	 * The maximum number of starts of a call whose process stops each time.
	 */
	private static final int MAX_STARTS = 5;

	/**
	 * The results after which an instance with another release may run the call.
	 */
	private static final Set<Result> OTHER_RELEASE = Set.of(Result.TARGET_MISSING, Result.ARGUMENTS_UNREADABLE,
			Result.ARGUMENTS_CHANGED);

	private static final Duration TARGET_RETRY = Duration.ofMinutes(1);

	private static final Duration RETRY = Duration.ofSeconds(10);

	private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

	private static final Duration TURN = Duration.ofSeconds(2);

	/**
	 * The number by which the time to start is divided for the pauses at its end.
	 */
	private static final int LEAST_ATTEMPTS = 20;

	private final DurableCallStore store;

	private final CallTransitions transitions;

	private final ApprovedCalls approvedCalls;

	private final OutcomeRecorder outcomes;

	private final WaitingCalls missingTargets;

	private final WaitingCalls otherPairings;

	private final List<DurableContext> contexts;

	private final DurableSettings settings;

	private final InstantSource clock;

	private final Ticker ticker;

	private final RandomGenerator random;

	/**
	 * The numbers of runs of this instance by target.
	 */
	private final Map<String, Integer> running = new ConcurrentHashMap<>();

	private final WarnOnceLog unreadable = new WarnOnceLog(logger);

	/**
	 * Create a step.
	 * @param dependencies the collaborators
	 * @param approvedCalls the approved calls
	 * @param contexts the contexts to restore
	 * @param missingTargets the calls whose method this instance does not have
	 * @param otherPairings the calls for which another pairing was asked
	 * @param ticker the ticker for pauses
	 * @param random the source of jitter
	 */
	public RunStep(DurableDependencies dependencies, ApprovedCalls approvedCalls, List<DurableContext> contexts,
			WaitingCalls missingTargets, WaitingCalls otherPairings, Ticker ticker, RandomGenerator random) {
		this.store = dependencies.store();
		this.transitions = new CallTransitions(dependencies);
		this.approvedCalls = approvedCalls;
		this.missingTargets = missingTargets;
		this.otherPairings = otherPairings;
		this.settings = dependencies.settings();
		this.clock = dependencies.clock();
		this.outcomes = new OutcomeRecorder(this.store, this.transitions, this.clock, ticker);
		this.contexts = List.copyOf(contexts);
		this.ticker = ticker;
		this.random = random;
	}

	/**
	 * Run a call.
	 * @param id the id of the call
	 * @param execution the version of the execution
	 * @return the next step, or {@code null} if the call must not run again
	 */
	public @Nullable NextStep perform(String id, long execution) {
		DurableApproval approval = this.store.find(id);
		if (approval == null) {
			return null;
		}
		if (approval.state() == DurableState.CLAIMED) {
			// An earlier execution could not store the outcome
			return lost(id, execution);
		}
		if (approval.state() != DurableState.DECIDED) {
			return null;
		}
		DurableCall call;
		try {
			call = this.store.findCall(id);
			this.unreadable.reset();
		}
		catch (UnreadableCallException ex) {
			this.unreadable.warn("Approval %s cannot be read: %s".formatted(id, ex.getMessage()));
			if (isOver(approval)) {
				this.transitions.endUnreadable(approval);
				return null;
			}
			return later(approval, TARGET_RETRY);
		}
		return (call != null) ? takeTurn(call) : null;
	}

	/**
	 * Run a call, unless its method has half of the threads already, so that slow runs of
	 * one method do not keep the calls of others from a start in time.
	 */
	private @Nullable NextStep takeTurn(DurableCall call) {
		int number = this.running.merge(call.target(), 1, Integer::sum);
		try {
			return (number <= this.settings.halfOfRunThreads() || isOver(call.approval())) ? run(call)
					: later(call.approval(), TURN);
		}
		finally {
			this.running.computeIfPresent(call.target(), (target, runs) -> (runs > 1) ? runs - 1 : null);
		}
	}

	/**
	 * Record that the process that ran a call stopped. Nothing is run. If this process
	 * was paused, and another one executes the step meanwhile, nothing is recorded.
	 * Otherwise, the call starts again, or its outcome is unknown.
	 * @param id the id of the call
	 * @param execution the version of the execution
	 * @return the next step, or {@code null} if the call must not start again
	 */
	public @Nullable NextStep lost(String id, long execution) {
		if (!this.transitions.restart(id, execution, maxRestarts())) {
			this.transitions.lose(id, execution);
		}
		DurableApproval approval = this.store.find(id);
		return (approval != null && approval.state() == DurableState.DECIDED)
				? new NextStep(Step.RUN, this.clock.instant()) : watch(approval);
	}

	/**
	 * Set whether the application has stopped, after which the outcome of a method that
	 * still runs is lost unless it can be stored at once.
	 * @param stopped whether the application has stopped
	 */
	public void setStopped(boolean stopped) {
		this.outcomes.setStopped(stopped);
	}

	private @Nullable NextStep run(DurableCall call) {
		if (call.isRejected()) {
			// Received while another run had the claim
			return endUnstarted(call, DurableState.DENIED, null);
		}
		int maxStarts = isRestarted(call) ? maxRestarts() : this.settings.attempts();
		if (call.starts() >= maxStarts) {
			// Another instance, or this one before a restart, allowed more
			return end(call, DurableState.FAILED, call.approval().problem());
		}
		String plaintext = call.plaintext();
		String arguments = call.arguments();
		List<Vote> votes = votes(call);
		if (plaintext == null || arguments == null || votes.isEmpty()) {
			return end(call, DurableState.REFUSED, CallTransitions.NOT_VERIFIED);
		}
		ApprovedCall approved = new ApprovedCall(call.id(), call.target(), call.approvers(), arguments, votes);
		CallRun run = new CallRun(call, plaintext, this.contexts,
				(runId) -> this.transitions.claim(call, runId, this.settings.instance(), maxStarts),
				this.settings.claimValidity(), this.clock, this.ticker);
		return execute(call, approved, run);
	}

	private @Nullable NextStep execute(DurableCall call, ApprovedCall approved, CallRun run) {
		Result result;
		try {
			// Ends before the outcome is stored and published, which is no part of the
			// run
			result = RunThread.execute(() -> {
				try (run) {
					return this.approvedCalls.run(approved, run);
				}
			});
		}
		catch (ExecutionException ex) {
			removeFromWaiting(call, null);
			return thrown(call, run, (ex.getCause() != null) ? ex.getCause() : ex);
		}
		removeFromWaiting(call, result);
		return conclude(call, run, result);
	}

	private void removeFromWaiting(DurableCall call, @Nullable Result result) {
		if (result == null || !OTHER_RELEASE.contains(result)) {
			this.missingTargets.remove(call.id());
		}
		if (result != Result.OTHER_PAIRING) {
			this.otherPairings.remove(call.id());
		}
	}

	private @Nullable NextStep thrown(DurableCall call, CallRun run, Throwable failure) {
		if (failure instanceof InvocationTargetException ofMethod) {
			return failed(call, run, (ofMethod.getCause() != null) ? ofMethod.getCause() : ofMethod);
		}
		return run.isEntered() ? this.outcomes.unknown(call, run.id(), failure) : notEntered(call, run, failure);
	}

	private @Nullable NextStep failed(DurableCall call, CallRun run, Throwable failure) {
		if (isRestarted(call) && run.isRestartable() && this.store.isBlocked(failure)) {
			// The database may keep the locks of the stopped run for a while
			return this.outcomes.failed(call, run.id(), failure, CallTransitions.PROCESS_STOPPED, maxRestarts());
		}
		return this.outcomes.failed(call, run.id(), failure, failure.getClass().getName(),
				run.isRepeatable() ? this.settings.attempts() : 1);
	}

	private static boolean isRestarted(DurableCall call) {
		return CallTransitions.PROCESS_STOPPED.equals(call.approval().problem());
	}

	private int maxRestarts() {
		return Math.max(MAX_STARTS, this.settings.attempts());
	}

	/**
	 * Return the approvals of a call. A decision on another request is none: a copy of a
	 * call with another id would start once more.
	 */
	private static List<Vote> votes(DurableCall call) {
		List<Vote> votes = new ArrayList<>();
		for (StoredBallot ballot : call.ballots()) {
			if (ballot.isApproved() && ballot.decision() != null && ballot.plaintext() != null
					&& ballot.artifact() != null) {
				DecisionEvidence evidence = ballot.decision().decision().evidence();
				if (evidence.requestId().equals(ballot.id())) {
					votes.add(new Vote(ballot.plaintext(), ballot.pairing(), evidence, ballot.artifact()));
				}
			}
		}
		return votes;
	}

	private @Nullable NextStep notEntered(DurableCall call, CallRun run, Throwable failure) {
		Obstacle obstacle = run.findObstacle();
		if (obstacle != null) {
			logger.error("Approval %s has failed: %s".formatted(call.id(), obstacle.message()));
			return this.outcomes.ended(call, run.id(), DurableState.FAILED, obstacle.problem());
		}
		logger.warn(
				"Approval %s cannot be used yet: %s".formatted(call.id(), AirlockGatewayException.safeMessage(failure)),
				(failure instanceof ApprovalUnavailableException) ? null : failure);
		if (run.mayBeClaimed()) {
			return this.outcomes.notEntered(call, run.id(), failure.getClass().getName(),
					later(call.approval(), RETRY));
		}
		return laterOrEnd(call, TARGET_RETRY, DurableState.TIMED_OUT, "FOUND_TOO_LATE");
	}

	private @Nullable NextStep conclude(DurableCall call, CallRun run, Result result) {
		return switch (result) {
			case DONE -> this.outcomes.ended(call, run.id(), DurableState.DONE, null);
			case PAIRING_REVOKED, KEY_OF_REQUESTER -> endUnstarted(call, DurableState.REFUSED, result.name());
			case NOT_VERIFIED -> end(call, DurableState.REFUSED, CallTransitions.NOT_VERIFIED);
			case TOO_LATE -> endUnstarted(call, DurableState.TIMED_OUT, "FOUND_TOO_LATE");
			case NOT_STARTED -> notClaimed(call);
			case TARGET_MISSING -> {
				this.missingTargets.add(call.id(), call.approval());
				yield laterOrEnd(call, TARGET_RETRY, DurableState.REFUSED, "TARGET_GONE");
			}
			case OTHER_PAIRING -> {
				this.otherPairings.add(call.id(), call.approval());
				yield laterOrEnd(call, RETRY, DurableState.REFUSED, "PAIRING_REVOKED");
			}
			case ARGUMENTS_UNREADABLE, ARGUMENTS_CHANGED -> {
				this.missingTargets.add(call.id(), call.approval());
				yield laterOrEnd(call, TARGET_RETRY, DurableState.REFUSED, result.name());
			}
			case UNAVAILABLE -> laterOrEnd(call, RETRY, DurableState.TIMED_OUT, "FOUND_TOO_LATE");
		};
	}

	private @Nullable NextStep notClaimed(DurableCall call) {
		DurableApproval now = this.store.find(call.id());
		return (now != null && now.state() == DurableState.DECIDED && isOver(now))
				? endUnstarted(call, DurableState.TIMED_OUT, "FOUND_TOO_LATE") : watch(now);
	}

	/**
	 * Return a step that tries the call again, by this instance or another one, or end it
	 * if the time to start is over.
	 */
	private @Nullable NextStep laterOrEnd(DurableCall call, Duration pause, DurableState state, String problem) {
		return isOver(call.approval()) ? endUnstarted(call, state, problem) : later(call.approval(), pause);
	}

	/**
	 * End a call that does not start any more. If it has started before, that failure is
	 * its outcome.
	 */
	private @Nullable NextStep endUnstarted(DurableCall call, DurableState state, @Nullable String problem) {
		boolean started = call.starts() > 0;
		return end(call, started ? DurableState.FAILED : state, started ? call.approval().problem() : problem);
	}

	/**
	 * End a call, unless another instance has changed or started it since it was read.
	 */
	private @Nullable NextStep end(DurableCall call, DurableState state, @Nullable String problem) {
		return this.transitions.end(call, state, problem) ? null : watch(this.store.find(call.id()));
	}

	/**
	 * Return a step that looks at the call again if it can start, or if another process
	 * has claimed it. That one no longer has a step, since it was regarded as stopped,
	 * and may stop before it stores the outcome.
	 */
	private @Nullable NextStep watch(@Nullable DurableApproval approval) {
		return (approval != null
				&& (approval.state() == DurableState.DECIDED || approval.state() == DurableState.CLAIMED))
						? later(approval, RETRY) : null;
	}

	/**
	 * Return a step after a random pause, which is short enough for many attempts before
	 * the time to start is over. Instances look at one interval, so that after a multiple
	 * of it this one would be the first again each time, although another one may be able
	 * to start the call. The last execution ends the call.
	 */
	private NextStep later(DurableApproval approval, Duration pause) {
		Instant now = this.clock.instant();
		Duration share = Duration.between(now, approval.startBy()).dividedBy(LEAST_ATTEMPTS);
		Duration mean = (share.isNegative() || share.compareTo(pause) > 0) ? pause : share;
		Duration least = (mean.compareTo(SHORTEST_PAUSE) > 0) ? mean : SHORTEST_PAUSE;
		Instant next = now.plusMillis((long) (least.toMillis() * (0.5 + this.random.nextDouble())));
		return new NextStep(Step.RUN,
				(now.isBefore(approval.startBy()) && next.isAfter(approval.startBy())) ? approval.startBy() : next);
	}

	private boolean isOver(DurableApproval approval) {
		return !this.clock.instant().isBefore(approval.startBy());
	}

}
