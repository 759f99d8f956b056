package io.airlockapp.gateway.durable;

import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovedCall;
import io.airlockapp.gateway.approval.ApprovedCalls;
import io.airlockapp.gateway.approval.ApprovedCalls.Result;
import io.airlockapp.gateway.durable.DurableContext.Scope;
import io.airlockapp.gateway.durable.StepScheduler.Step;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.StrictUtf8;
import io.airlockapp.gateway.support.Ticker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Runs an approved call, at most once. The claim is committed before the method starts.
 * If the process ends after that, the outcome is unknown, and the call is not started
 * again.
 */
public final class RunStep {

	private static final Log logger = LogFactory.getLog(RunStep.class);

	private static final Duration TARGET_RETRY = Duration.ofMinutes(1);

	private static final Duration RETRY = Duration.ofSeconds(10);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

	private final DurableCallStore store;

	private final CallTransitions transitions;

	private final ApprovedCalls approvedCalls;

	private final List<DurableContext> contexts;

	private final String instance;

	private final InstantSource clock;

	private final Ticker ticker;

	RunStep(DurableCallStore store, CallTransitions transitions, ApprovedCalls approvedCalls,
			List<DurableContext> contexts, String instance, InstantSource clock, Ticker ticker) {
		this.store = store;
		this.transitions = transitions;
		this.approvedCalls = approvedCalls;
		this.contexts = List.copyOf(contexts);
		this.instance = instance;
		this.clock = clock;
		this.ticker = ticker;
	}

	/**
	 * Run a call.
	 * @param id the id of the call
	 * @return the next step, or {@code null} if the call must not run again
	 */
	public @Nullable NextStep perform(String id) {
		DurableApproval approval = this.store.find(id);
		if (approval == null) {
			return null;
		}
		if (approval.state() == DurableState.CLAIMED) {
			// An earlier execution could not store the outcome
			lost(id);
			return null;
		}
		if (approval.state() != DurableState.DECIDED) {
			return null;
		}
		DurableCall call;
		try {
			call = this.store.findCall(id);
		}
		catch (UnreadableCallException ex) {
			logger.warn(ex.getMessage());
			return later(approval, TARGET_RETRY);
		}
		return (call != null) ? run(call) : null;
	}

	/**
	 * Record that the process that ran a call stopped. Nothing is run.
	 * @param id the id of the call
	 * @return the next step, or {@code null} if the call must not start again
	 */
	public @Nullable NextStep lost(String id) {
		this.transitions.lose(id);
		DurableApproval approval = this.store.find(id);
		return (approval != null && approval.state() == DurableState.DECIDED)
				? new NextStep(Step.RUN, this.clock.instant()) : watch(approval);
	}

	private @Nullable NextStep run(DurableCall call) {
		String plaintext = call.plaintext();
		String arguments = call.arguments();
		if (plaintext == null || arguments == null || call.artifact() == null || call.decision() == null
				|| !ArtifactHash.of(StrictUtf8.encode(plaintext)).equals(call.hash())
				|| !isOf(call.decision().decision().evidence(), call)) {
			this.transitions.end(call, DurableState.REFUSED, "NOT_VERIFIED");
			return null;
		}
		ApprovedCall approved = new ApprovedCall(plaintext, arguments, call.decision().decision().evidence(),
				call.artifact().signerKeys());
		Run run = new Run(call, plaintext);
		Result result = null;
		Throwable failure = null;
		try {
			result = this.approvedCalls.run(approved, run::claim);
		}
		catch (InvocationTargetException ex) {
			failure = (ex.getCause() != null) ? ex.getCause() : ex;
		}
		catch (RuntimeException | Error ex) {
			failure = ex;
		}
		finally {
			// Before the outcome is stored and published, which is no part of the run
			run.close();
		}
		if (result != null) {
			return conclude(call, run, result);
		}
		String problem = (failure != null) ? failure.getClass().getName() : null;
		if (run.claimed) {
			endRun(call, run, DurableState.FAILED, problem);
			return null;
		}
		return notStarted(call, failure);
	}

	/**
	 * Return whether a decision is that on a call. A copy of the call with another id
	 * would start once more.
	 */
	private static boolean isOf(DecisionEvidence evidence, DurableCall call) {
		return evidence.requestId().equals(call.id());
	}

	private @Nullable NextStep notStarted(DurableCall call, @Nullable Throwable failure) {
		if (isOver(call.approval())) {
			this.transitions.end(call, DurableState.TIMED_OUT, "FOUND_TOO_LATE");
			return null;
		}
		logger.warn("Approval %s can't be used yet: %s".formatted(call.id(),
				(failure != null) ? AirlockGatewayException.safeMessage(failure) : "unknown"));
		return later(call.approval(), TARGET_RETRY);
	}

	private @Nullable NextStep conclude(DurableCall call, Run run, Result result) {
		switch (result) {
			case DONE -> endRun(call, run, DurableState.DONE, null);
			case ARGUMENTS_CHANGED -> endRun(call, run, DurableState.REFUSED, "ARGUMENTS_CHANGED");
			case PAIRING_REVOKED -> this.transitions.end(call, DurableState.REFUSED, "PAIRING_REVOKED");
			case NOT_VERIFIED -> this.transitions.end(call, DurableState.REFUSED, "NOT_VERIFIED");
			case TOO_LATE -> this.transitions.end(call, DurableState.TIMED_OUT, "FOUND_TOO_LATE");
			case NOT_CLAIMED -> {
				DurableApproval now = this.store.find(call.id());
				if (now != null && now.state() == DurableState.DECIDED) {
					if (!isOver(now)) {
						return later(now, RETRY);
					}
					this.transitions.end(call, DurableState.TIMED_OUT, "FOUND_TOO_LATE");
				}
				return watch(this.store.find(call.id()));
			}
			case TARGET_MISSING -> {
				if (!isOver(call.approval())) {
					// Another instance may have the target
					return later(call.approval(), TARGET_RETRY);
				}
				this.transitions.end(call, DurableState.REFUSED, "TARGET_GONE");
			}
			case UNAVAILABLE -> {
				if (!isOver(call.approval())) {
					return later(call.approval(), RETRY);
				}
				this.transitions.end(call, DurableState.TIMED_OUT, "FOUND_TOO_LATE");
			}
		}
		return null;
	}

	/**
	 * Return a step that looks at the call again if another process has claimed it. That
	 * one no longer has a step, since it was regarded as stopped, and may stop before it
	 * stores the outcome.
	 */
	private @Nullable NextStep watch(@Nullable DurableApproval approval) {
		return (approval != null && approval.state() == DurableState.CLAIMED) ? later(approval, RETRY) : null;
	}

	/**
	 * Store the outcome. It is known only to this process, so that this is repeated until
	 * it succeeds or the process stops.
	 */
	private void endRun(DurableCall call, Run run, DurableState state, @Nullable String problem) {
		// A pool may refuse connections to an interrupted thread
		Thread.interrupted();
		Duration pause = Duration.ofSeconds(1);
		while (true) {
			try {
				if (!this.transitions.endRun(call, run.id, state, problem)) {
					logger.warn("The outcome %s of approval %s is not stored, since it was resolved in the meantime"
						.formatted(state, call.id()));
				}
				return;
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

	private @Nullable NextStep later(DurableApproval approval, Duration pause) {
		Instant now = this.clock.instant();
		Instant wanted = now.plus(pause);
		// The last execution ends the call
		return new NextStep(Step.RUN,
				(now.isBefore(approval.startBy()) && wanted.isAfter(approval.startBy())) ? approval.startBy() : wanted);
	}

	private boolean isOver(DurableApproval approval) {
		return !this.clock.instant().isBefore(approval.startBy());
	}

	/**
	 * One run of a call.
	 */
	private final class Run {

		private final String id = UUID.randomUUID().toString();

		private final List<Scope> scopes = new ArrayList<>();

		private final DurableCall call;

		private final String plaintext;

		private boolean claimed;

		Run(DurableCall call, String plaintext) {
			this.call = call;
			this.plaintext = plaintext;
		}

		/**
		 * Claim the call, after its plaintext was verified.
		 */
		boolean claim() {
			if (this.claimed) {
				return false;
			}
			// Before the claim, after which nothing is repeated
			restoreContexts();
			if (!RunStep.this.transitions.claim(this.call, this.id, RunStep.this.instance)) {
				return false;
			}
			this.claimed = true;
			RunningCall.set(new RunningCall(this.call.approval(), this.id));
			return true;
		}

		private void restoreContexts() {
			JsonNode recorded = HarpJson.mapper().readTree(this.plaintext).path(CallRecorder.CONTEXT);
			Set<String> unknown = new TreeSet<>(recorded.propertyNames());
			for (DurableContext context : RunStep.this.contexts) {
				unknown.remove(context.getName());
			}
			if (!unknown.isEmpty()) {
				throw new ApprovalUnavailableException("this instance has no DurableContext with the recorded name '%s'"
					.formatted(String.join("', '", unknown)), this.call.id(), null);
			}
			for (DurableContext context : RunStep.this.contexts) {
				Map<String, String> values = new LinkedHashMap<>();
				recorded.path(context.getName())
					.properties()
					.forEach((value) -> values.put(value.getKey(), value.getValue().asString()));
				this.scopes.add(context.restore(values));
			}
		}

		void close() {
			RunningCall.set(null);
			for (int i = this.scopes.size() - 1; i >= 0; i--) {
				try {
					this.scopes.get(i).close();
				}
				catch (RuntimeException | Error ex) {
					logger.warn("A DurableContext can't be removed after approval %s: %s".formatted(this.call.id(),
							ex.getClass().getName()));
				}
			}
		}

	}

}
