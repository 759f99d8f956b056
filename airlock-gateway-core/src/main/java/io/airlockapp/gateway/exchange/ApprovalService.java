/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalListener.Attempt;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.CallTerms;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import io.airlockapp.gateway.exchange.PendingApprovals.Waiter;
import io.airlockapp.gateway.harp.DecisionVerificationException;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.harp.VerifiedDecision;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WaitScope;
import org.jspecify.annotations.Nullable;

/**
 * Obtains approvals: encrypts the request, runs the exchange, and returns only decisions
 * that have been verified. A decision belongs to the request that was just made, because
 * its signature covers the random id of that request. The guard uses a service of its own
 * that is not a bean, so that nothing in the application answers in place of a person.
 */
public final class ApprovalService {

	private final ExchangeClient calls;

	private final ApprovalEnvironment environment;

	private final Acknowledger acknowledger;

	private final ApprovalListener listener;

	private final ApprovalPairings pairings;

	/**
	 * The last known keys of the pairings of excluded requesters.
	 */
	private final Map<String, Set<String>> requesterKeys = new ConcurrentHashMap<>();

	/**
	 * Create a service.
	 * @param api the gateway's endpoints
	 * @param environment the collaborators
	 */
	public ApprovalService(AirlockGatewayApi api, ApprovalEnvironment environment) {
		this.calls = new ExchangeClient(api, environment.requestExecutor(), environment.enforcer().id(),
				environment.clock());
		this.environment = environment;
		this.acknowledger = new Acknowledger(this.calls, environment.executor(), environment.userBinding(),
				environment.ticker());
		this.listener = ApprovalListener.logging(environment.listener());
		this.pairings = new ApprovalPairings(environment.pairingSource());
	}

	/**
	 * Request an approval, and wait for the decision in the current thread.
	 * @param request the request
	 * @param admission the admission to use. It is closed when the approval has ended. If
	 * it is {@link Admission#none()}, or was used before, the approval is admitted before
	 * any other processing
	 * @return the verified decision on this request
	 * @throws AirlockGatewayException if there is no verified decision in time
	 */
	public ApprovalDecision request(ApprovalRequest request, Admission admission) {
		String artifactType = artifactType(request);
		Attempt attempt = this.listener.begin(request, artifactType);
		long start = this.environment.ticker().nanoTime();
		Admission used = ending(attempt, start, null,
				() -> admission.use(this.environment.pending()) ? admission : place(request));
		try (used) {
			return (request.getApprovers() != null) ? requestOfGroup(request, artifactType, used, attempt, start)
					: request(request, artifactType, used, attempt, start);
		}
	}

	private ApprovalDecision request(ApprovalRequest request, String artifactType, Admission admission, Attempt attempt,
			long start) {
		int revocations = this.environment.pending().revocations(request.getPairing());
		PreparedRequest prepared = ending(attempt, start, null, () -> {
			Pairing pairing = this.pairings.require(request.getPairing());
			CallTimes times = times(request, null);
			return prepare(request, request.getPairing(), pairing, null, times, artifactType, admission.origin(),
					attempt);
		});
		PendingApproval pending = prepared.times().pending(prepared.artifact().requestId(), request);
		Waiter waiter = ending(attempt, start, pending.requestId(),
				() -> this.environment.pending().enter(pending, request.getPairing(), revocations));
		// The registration is closed after the listeners are notified, since a shutdown
		// waits until all registrations are closed
		try (waiter) {
			return ending(attempt, start, pending.requestId(),
					() -> ask(pending, attempt, start, waiter, () -> decide(prepared, waiter)));
		}
	}

	private ApprovalDecision requestOfGroup(ApprovalRequest request, String artifactType, Admission admission,
			Attempt attempt, long start) {
		GroupApproval call = ending(attempt, start, null, () -> {
			GroupRequest groupRequest = GroupRequest.of(request, artifactType, admission.origin(),
					this.environment.approvers());
			CallTimes times = times(request, groupRequest.group().timeout());
			requireTimeAfterEscalation(request, groupRequest.group());
			GroupApproval prepared = new GroupApproval(this, this.environment, groupRequest, times, admission, attempt);
			prepared.prepare();
			return prepared;
		});
		PendingApproval pending = call.pending();
		Waiter waiter = ending(attempt, start, pending.requestId(),
				() -> this.environment.pending().enter(pending, call));
		try (waiter) {
			return ending(attempt, start, pending.requestId(), call::votes, () -> ask(pending, attempt, start, waiter,
					() -> ApprovalDecision.of(pending.requestId(), call.decide(waiter), call.votes())));
		}
	}

	/**
	 * Perform a step, and end the attempt if the step fails. Any failure is translated
	 * into an AirlockGatewayException.
	 */
	private <T> T ending(Attempt attempt, long start, @Nullable String requestId, Supplier<T> step) {
		return ending(attempt, start, requestId, List::of, step);
	}

	private <T> T ending(Attempt attempt, long start, @Nullable String requestId, Supplier<List<ApprovalVote>> votes,
			Supplier<T> step) {
		try {
			return step.get();
		}
		catch (Throwable ex) {
			AirlockGatewayException failure = (ex instanceof AirlockGatewayException known) ? known
					: new ApprovalUnavailableException(
							"The approval cannot be requested or used, since this application fails: "
									+ AirlockGatewayException.safeMessage(ex),
							requestId, ex);
			attempt.ended(ApprovalOutcome.failed(failure, elapsed(start), votes.get()));
			throw failure;
		}
	}

	/**
	 * Admit an approval that is requested later in another thread.
	 * @param request the request
	 * @return the admission, to be closed when the approval is no longer pending
	 */
	Admission admit(ApprovalRequest request) {
		try {
			return place(request);
		}
		catch (AirlockGatewayException ex) {
			this.listener.begin(request, artifactType(request)).ended(ApprovalOutcome.failed(ex, Duration.ZERO));
			throw ex;
		}
	}

	private Admission place(ApprovalRequest request) {
		String requester = (request.getRequester() != null) ? request.getRequester() : requester();
		List<String> asked = this.environment.approvers()
			.pairings(request.getApprovers(), requester, request.getPairing());
		return this.environment.pending().admit(request.getGate(), requester, asked);
	}

	private @Nullable String requester() {
		try {
			return this.environment.requester().get();
		}
		catch (Throwable ex) {
			throw new ApprovalUnavailableException(
					"Approval is not requested, since the application's RequesterSource failed: "
							+ AirlockGatewayException.safeMessage(ex),
					null, ex);
		}
	}

	private static void requireTimeAfterEscalation(ApprovalRequest request, ApproverGroup group) {
		if (request.getTimeout() == null) {
			return;
		}
		try {
			group.requireTimeAfterEscalation(request.getTimeout());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidApprovalUsageException("The request '%s' cannot be sent to the approvers '%s': %s"
				.formatted(request.getLabel(), group.name(), ex.getMessage()), ex);
		}
	}

	private String artifactType(ApprovalRequest request) {
		return request.getArtifactType(this.environment.settings().artifactType());
	}

	private ApprovalDecision ask(PendingApproval pending, Attempt attempt, long start, Waiter waiter,
			Supplier<ApprovalDecision> exchange) {
		record(pending);
		attempt.submitting(pending);
		ApprovalDecision decision = exchange.get();
		waiter.decided();
		attempt.ended(ApprovalOutcome.decided(decision, elapsed(start)));
		return decision;
	}

	private Duration elapsed(long start) {
		return Duration.ofNanos(this.environment.ticker().nanoTime() - start);
	}

	private CallTimes times(ApprovalRequest request, @Nullable Duration defaultTimeout) {
		Duration timeout = (request.getTimeout() != null) ? request.getTimeout()
				: (defaultTimeout != null) ? defaultTimeout : this.environment.settings().timeout();
		Deadline elapsed = Deadline.in(timeout, this.environment.ticker());
		Instant now = this.environment.clock().instant();
		return new CallTimes(now, timeout, new ApprovalDeadline(elapsed, now.plus(timeout), this.environment.clock()));
	}

	/**
	 * Return the pairing for a new request.
	 * @throws ApprovalUnavailableException if the pairing is not in force
	 */
	Pairing requirePairing(String name) {
		return this.pairings.require(name);
	}

	PreparedRequest prepare(ApprovalRequest request, String pairingName, Pairing pairing, @Nullable CallTerms terms,
			CallTimes times, String artifactType, @Nullable RequestOrigin origin, Attempt attempt) {
		EncryptedArtifact artifact;
		Map<String, String> trace = attempt.trace();
		try {
			artifact = EncryptedArtifact.seal(request, terms, pairing, this.environment.enforcer(), artifactType,
					times.createdAt(), times.timeout(), trace, Map.of());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidApprovalUsageException(
					"The request '%s' cannot be sent, so approval cannot be requested: %s".formatted(request.getLabel(),
							ex.getMessage()),
					ex);
		}
		return new PreparedRequest(origin, pairingName, pairing, artifact, times);
	}

	private ApprovalDecision decide(PreparedRequest prepared, Waiter waiter) {
		ApprovalVote vote = vote(prepared, waiter);
		if (vote.verdict() == Verdict.APPROVE && prepared.times().deadline().isOver()) {
			throw tooLate("approved", vote.requestId());
		}
		return ApprovalDecision.of(vote.requestId(), vote, List.of(vote));
	}

	/**
	 * Run the exchange of a request, and verify and acknowledge the decision.
	 * @param prepared the request
	 * @param interruption the reason for an interrupt of this thread
	 * @return the verified decision, which may be too late
	 */
	ApprovalVote vote(PreparedRequest prepared, Interruption interruption) {
		DecisionDelivery delivery = exchange(prepared, interruption);
		VerifiedDecision decision;
		try {
			decision = verify(delivery, prepared);
		}
		catch (ApprovalVerificationException ex) {
			if (isExpired(ex) && prepared.times().deadline().isOver()) {
				// The artifact has expired as well: late rather than forged
				throw tooLate("decided", prepared.artifact().requestId());
			}
			throw ex;
		}
		this.acknowledger.acknowledge(decision.requestId(), delivery.msgId());
		return ApprovalVote.of(decision, prepared.pairingName(), this.environment.clock().instant());
	}

	private DecisionDelivery exchange(PreparedRequest prepared, Interruption interruption) {
		ExchangeClient pairedCalls = this.calls.onPairingRevoked(() -> this.pairings.revoked(prepared.pairing()))
			.onBehalfOf(prepared.origin());
		EncryptedArtifact artifact = prepared.artifact();
		ExchangeDeadlines deadlines = prepared.times().deadlines();
		Ticker ticker = this.environment.ticker();
		ExchangeRetries retries = new ExchangeRetries(artifact.requestId(), deadlines.waiting(),
				new Backoff(this.environment.random()), this.environment.retryBudget(), ticker);
		DecisionReceiver receiver = new DecisionReceiver(pairedCalls, artifact, deadlines,
				this.environment.settings().pollTimeout(), retries, ticker);
		return new ApprovalExchange(pairedCalls, artifact, deadlines, receiver, retries, ticker).run(interruption);
	}

	private static boolean isExpired(ApprovalVerificationException ex) {
		return ex.getCause() instanceof DecisionVerificationException cause
				&& cause.getFailure() == DecisionVerificationException.Failure.EXPIRED;
	}

	private static ApprovalTimeoutException tooLate(String what, String requestId) {
		return new ApprovalTimeoutException(
				"Request %s was %s too late, so that is not used".formatted(requestId, what), requestId);
	}

	private void record(PendingApproval pending) {
		try {
			this.environment.journal().open(pending.requestId(), pending.expiresAt());
		}
		catch (Throwable ex) {
			throw new ApprovalUnavailableException(
					"The journal of approvals cannot be written, so approval is not requested (request %s): %s"
						.formatted(pending.requestId(), AirlockGatewayException.safeMessage(ex)),
					pending.requestId(), ex);
		}
	}

	private VerifiedDecision verify(DecisionDelivery delivery, PreparedRequest prepared) {
		String requestId = prepared.artifact().requestId();
		return retried(requestId, prepared.times().deadline(), () -> {
			// The keys are resolved again, since one may have been revoked meanwhile
			List<SignerKey> keys = this.pairings.keysFor(prepared.pairingName(), prepared.pairing(), requestId);
			try {
				return this.environment.verifier()
					.verify(delivery.message(), requestId, prepared.artifact().hash(), keys);
			}
			catch (DecisionVerificationException ex) {
				throw new ApprovalVerificationException(
						"The decision on request %s does not verify: %s".formatted(requestId, ex.getMessage()),
						requestId, ex);
			}
		});
	}

	/**
	 * Perform a step of the verification until it succeeds or the deadline is reached.
	 * @param requestId the request's id
	 * @param deadline the time until which a decision is accepted
	 * @param step the step, which fails with an exception other than those of approvals
	 * if the pairing or the journal of nonces cannot be read
	 */
	<T> T retried(String requestId, ApprovalDeadline deadline, Supplier<T> step) {
		Backoff backoff = new Backoff(this.environment.random());
		while (true) {
			try {
				return step.get();
			}
			catch (ApprovalUnavailableException | ApprovalVerificationException ex) {
				// The pairing is no longer in force, or the decision does not verify
				throw ex;
			}
			catch (Throwable ex) {
				if (!pause(backoff.next(null), deadline)) {
					throw new ApprovalUnavailableException(
							"The decision on request %s cannot be checked, since the pairing or the journal of used nonces cannot be read: %s"
								.formatted(requestId, AirlockGatewayException.safeMessage(ex)),
							requestId, ex);
				}
			}
		}
	}

	/**
	 * Return the raw keys whose votes on a request are currently accepted.
	 * @param prepared the request
	 * @return the keys as base64, or an empty set if the pairing is no longer in force
	 */
	Set<String> rawKeys(PreparedRequest prepared) {
		return raw(this.pairings.keysFor(prepared.pairingName(), prepared.pairing().signerKeys()));
	}

	/**
	 * Return the raw keys of a requester's pairing, including retired ones. Those of a
	 * pairing that is no longer in force are the last ones that were read.
	 * @param pairingName the name of the pairing
	 * @return the keys as base64, or an empty set if there were none
	 */
	Set<String> requesterKeys(String pairingName) {
		Pairing pairing = this.environment.pairingSource().getPairing(pairingName);
		if (pairing != null) {
			List<SignerKey> keys = new ArrayList<>(pairing.signerKeys());
			keys.addAll(pairing.retiredKeys());
			this.requesterKeys.put(pairingName, raw(keys));
		}
		return this.requesterKeys.getOrDefault(pairingName, Set.of());
	}

	private static Set<String> raw(List<SignerKey> keys) {
		return keys.stream().map(SignerKey::encode).collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Pause before the decision is verified again.
	 * @return {@code false} if there is no time left
	 */
	private boolean pause(Duration pause, ApprovalDeadline deadline) {
		if (pause.compareTo(deadline.remaining()) >= 0) {
			return false;
		}
		try {
			this.environment.ticker().sleep(pause);
			return true;
		}
		catch (InterruptedException ex) {
			WaitScope.interrupt();
			return false;
		}
	}

	/**
	 * Prepared approval request with its pairing.
	 */
	record PreparedRequest(@Nullable RequestOrigin origin, String pairingName, Pairing pairing,
			EncryptedArtifact artifact, CallTimes times) {
	}

}
