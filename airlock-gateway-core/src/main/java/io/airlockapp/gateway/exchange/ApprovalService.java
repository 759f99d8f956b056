/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalListener.Attempt;
import io.airlockapp.gateway.ApprovalOutcome;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import io.airlockapp.gateway.exchange.PendingApprovals.Waiter;
import io.airlockapp.gateway.harp.DecisionVerificationException;
import io.airlockapp.gateway.harp.SignerKey;
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

	private static final Duration MAX_WITHDRAW_MARGIN = Duration.ofSeconds(2);

	private final ExchangeClient calls;

	private final ApprovalEnvironment environment;

	private final Acknowledger acknowledger;

	private final ApprovalListener listener;

	private final ApprovalPairings pairings;

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
			return request(request, artifactType, used, attempt, start);
		}
	}

	private ApprovalDecision request(ApprovalRequest request, String artifactType, Admission admission, Attempt attempt,
			long start) {
		int revocations = this.environment.pending().revocations(request.getPairing());
		PreparedRequest prepared = ending(attempt, start, null,
				() -> prepare(request, artifactType, admission, attempt));
		String requestId = prepared.pending().requestId();
		Waiter waiter = ending(attempt, start, requestId,
				() -> this.environment.pending().enter(prepared.pending(), request.getPairing(), revocations));
		// The registration is closed after the listeners are notified, since a shutdown
		// waits until all registrations are closed
		try (waiter) {
			return ending(attempt, start, requestId, () -> ask(prepared, attempt, start, waiter));
		}
	}

	/**
	 * Perform a step, and end the attempt if the step fails. Any failure is translated
	 * into an AirlockGatewayException.
	 */
	private <T> T ending(Attempt attempt, long start, @Nullable String requestId, Supplier<T> step) {
		try {
			return step.get();
		}
		catch (Throwable ex) {
			AirlockGatewayException failure = (ex instanceof AirlockGatewayException known) ? known
					: new ApprovalUnavailableException(
							"The approval cannot be requested or used, since this application fails: "
									+ AirlockGatewayException.safeMessage(ex),
							requestId, ex);
			attempt.ended(ApprovalOutcome.failed(failure, elapsed(start)));
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
		return this.environment.pending().admit(request.getGate(), requester(), request.getPairing());
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

	private String artifactType(ApprovalRequest request) {
		return request.getArtifactType(this.environment.settings().artifactType());
	}

	private ApprovalDecision ask(PreparedRequest prepared, Attempt attempt, long start, Waiter waiter) {
		record(prepared.pending());
		attempt.submitting(prepared.pending());
		ApprovalDecision decision = decide(prepared, waiter);
		waiter.decided();
		attempt.ended(ApprovalOutcome.decided(decision, elapsed(start)));
		return decision;
	}

	private Duration elapsed(long start) {
		return Duration.ofNanos(this.environment.ticker().nanoTime() - start);
	}

	private PreparedRequest prepare(ApprovalRequest request, String artifactType, Admission admission,
			Attempt attempt) {
		Pairing pairing = this.pairings.require(request.getPairing());
		Duration timeout = (request.getTimeout() != null) ? request.getTimeout()
				: this.environment.settings().timeout();
		Deadline elapsed = Deadline.in(timeout, this.environment.ticker());
		Instant now = this.environment.clock().instant();
		EncryptedArtifact artifact = seal(request, pairing, artifactType, now, timeout, attempt.trace());
		PendingApproval pending = new PendingApproval(artifact.requestId(), request.getLabel(), now, now.plus(timeout));
		return new PreparedRequest(admission.origin(), request.getPairing(), pairing, artifact, pending,
				new ApprovalDeadline(elapsed, pending.expiresAt(), this.environment.clock()), withdrawMargin(timeout));
	}

	private ApprovalDecision decide(PreparedRequest prepared, Waiter waiter) {
		DecisionDelivery delivery = exchange(prepared, waiter);
		return conclude(delivery, prepared.artifact(), () -> keys(prepared), prepared.deadline());
	}

	/**
	 * Return the keys whose decisions are currently accepted. They are resolved again
	 * since a key may have been revoked while the decision was pending.
	 */
	private List<SignerKey> keys(PreparedRequest prepared) {
		return this.pairings.keysFor(prepared.pairingName(), prepared.pairing(), prepared.artifact().requestId());
	}

	private EncryptedArtifact seal(ApprovalRequest request, Pairing pairing, String artifactType, Instant now,
			Duration timeout, Map<String, String> trace) {
		try {
			return EncryptedArtifact.seal(request, pairing, this.environment.enforcer(), artifactType, now, timeout,
					trace);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidApprovalUsageException(
					"The request '%s' cannot be sent, so approval cannot be requested: %s".formatted(request.getLabel(),
							ex.getMessage()),
					ex);
		}
	}

	private DecisionDelivery exchange(PreparedRequest prepared, Waiter waiter) {
		ExchangeClient pairedCalls = this.calls.onPairingRevoked(() -> this.pairings.revoked(prepared.pairing()))
			.onBehalfOf(prepared.origin());
		EncryptedArtifact artifact = prepared.artifact();
		ExchangeDeadlines deadlines = ExchangeDeadlines.of(prepared.deadline(), prepared.leaveMargin());
		Ticker ticker = this.environment.ticker();
		ExchangeRetries retries = new ExchangeRetries(artifact.requestId(), deadlines.waiting(),
				new Backoff(this.environment.random()), this.environment.retryBudget(), ticker);
		DecisionReceiver receiver = new DecisionReceiver(pairedCalls, artifact, deadlines,
				this.environment.settings().pollTimeout(), retries, ticker);
		return new ApprovalExchange(pairedCalls, artifact, deadlines, receiver, retries, ticker).run(waiter);
	}

	private ApprovalDecision conclude(DecisionDelivery delivery, EncryptedArtifact artifact,
			Supplier<List<SignerKey>> keys, ApprovalDeadline deadline) {
		ApprovalDecision decision;
		try {
			decision = verify(delivery, artifact, keys, deadline);
		}
		catch (ApprovalVerificationException ex) {
			if (isExpired(ex) && deadline.isOver()) {
				// The artifact has expired as well: late rather than forged
				throw tooLate("decided", artifact);
			}
			throw ex;
		}
		this.acknowledger.acknowledge(artifact.requestId(), delivery.msgId());
		if (decision.isApproved() && deadline.isOver()) {
			throw tooLate("approved", artifact);
		}
		return decision;
	}

	private static boolean isExpired(ApprovalVerificationException ex) {
		return ex.getCause() instanceof DecisionVerificationException cause
				&& cause.getFailure() == DecisionVerificationException.Failure.EXPIRED;
	}

	private static ApprovalTimeoutException tooLate(String what, EncryptedArtifact artifact) {
		return new ApprovalTimeoutException(
				"Request %s was %s too late, so that is not used".formatted(artifact.requestId(), what),
				artifact.requestId());
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

	/**
	 * The withdrawal starts before the deadline, so that a decision found by it is still
	 * in time.
	 */
	private static Duration withdrawMargin(Duration timeout) {
		Duration tenth = timeout.dividedBy(10);
		return (tenth.compareTo(MAX_WITHDRAW_MARGIN) < 0) ? tenth : MAX_WITHDRAW_MARGIN;
	}

	private ApprovalDecision verify(DecisionDelivery delivery, EncryptedArtifact artifact,
			Supplier<List<SignerKey>> keys, ApprovalDeadline deadline) {
		Backoff backoff = new Backoff(this.environment.random());
		while (true) {
			try {
				return ApprovalDecision.of(this.environment.verifier()
					.verify(delivery.message(), artifact.requestId(), artifact.hash(), keys.get()));
			}
			catch (DecisionVerificationException ex) {
				throw new ApprovalVerificationException("The decision on request %s does not verify: %s"
					.formatted(artifact.requestId(), ex.getMessage()), artifact.requestId(), ex);
			}
			catch (ApprovalUnavailableException ex) {
				// The pairing is no longer in force
				throw ex;
			}
			catch (Throwable ex) {
				if (!pause(backoff.next(null), deadline)) {
					throw new ApprovalUnavailableException(
							"The decision on request %s cannot be checked, since the pairing or the journal of used nonces cannot be read: %s"
								.formatted(artifact.requestId(), AirlockGatewayException.safeMessage(ex)),
							artifact.requestId(), ex);
				}
			}
		}
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
	 * Prepared approval request with its pairing and its deadline.
	 */
	private record PreparedRequest(@Nullable RequestOrigin origin, String pairingName, Pairing pairing,
			EncryptedArtifact artifact, PendingApproval pending, ApprovalDeadline deadline, Duration leaveMargin) {
	}

}
