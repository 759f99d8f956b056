/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.exchange.ApprovalExchange.Interruption;
import io.airlockapp.gateway.exchange.PairingRequests.PairingRequest;
import io.airlockapp.gateway.exchange.PendingApprovals.Waiter;
import io.airlockapp.gateway.harp.DecisionVerificationException;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Durations;
import org.jspecify.annotations.Nullable;

/**
 * Obtains approvals: admits, registers and records each of them, and returns only
 * decisions that have been verified and are in time. A decision belongs to the request
 * that was just made, because its signature covers the random id of that request. The
 * guard uses a service of its own that is not a bean, so that nothing in the application
 * answers in place of a person.
 */
public final class ApprovalService {

	/**
	 * The maximum time before the deadline that is reserved for the withdrawal.
	 */
	private static final Duration WITHDRAWAL = Duration.ofSeconds(2);

	private final ApprovalDependencies dependencies;

	private final ApprovalListener listener;

	private final PairingRequests requests;

	/**
	 * Create a service.
	 * @param api the gateway's endpoints
	 * @param dependencies the collaborators
	 */
	public ApprovalService(AirlockGatewayApi api, ApprovalDependencies dependencies) {
		this.dependencies = dependencies;
		this.listener = ApprovalListener.logging(dependencies.listener());
		this.requests = new PairingRequests(api, dependencies);
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
		long start = this.dependencies.ticker().nanoTime();
		try (Admission used = ending(attempt, start, null,
				() -> admission.use(this.dependencies.pending()) ? admission : place(request))) {
			ApprovalCall call = ending(attempt, start, null, () -> call(request, artifactType, used, attempt));
			RequestedApproval approval = ending(attempt, start, null, () -> prepare(call));
			// Closed after the listeners are notified, since a shutdown waits until all
			// registrations are closed
			try (Waiter waiter = ending(attempt, start, approval, () -> this.dependencies.pending().enter(approval))) {
				return ending(attempt, start, approval, () -> decide(call, approval, start, waiter));
			}
		}
	}

	private ApprovalCall call(ApprovalRequest request, String artifactType, Admission admission, Attempt attempt) {
		Duration timeout = request.getTimeout();
		if (timeout == null && request.getApprovers() != null) {
			timeout = this.dependencies.approvers().require(request.getApprovers()).timeout();
		}
		Duration allowed = (timeout != null) ? timeout : this.dependencies.settings().timeout();
		Instant now = this.dependencies.clock().instant();
		return new ApprovalCall(request, artifactType, admission, attempt, now, allowed,
				new ApprovalDeadline(Deadline.in(allowed, this.dependencies.ticker()), now.plus(allowed),
						this.dependencies.clock(), Durations.min(allowed.dividedBy(10), WITHDRAWAL)));
	}

	private RequestedApproval prepare(ApprovalCall call) {
		if (call.request().getApprovers() == null) {
			return this.requests.prepare(call, this.requests.require(call.request().getPairing()), null);
		}
		GroupApproval ofGroup = new GroupApproval(this, this.requests, this.dependencies, call);
		ofGroup.prepare();
		return ofGroup;
	}

	private ApprovalDecision decide(ApprovalCall call, RequestedApproval approval, long start, Waiter waiter) {
		PendingApproval pending = approval.pending();
		record(pending);
		call.attempt().submitting(pending);
		List<ApprovalVote> votes = (approval instanceof GroupApproval ofGroup) ? ofGroup.decide(waiter)
				: List.of(vote((PairingRequest) approval, waiter));
		ApprovalDecision decision = ApprovalDecision.of(pending.requestId(), deciding(votes), votes);
		if (decision.isApproved() && call.deadline().isOver()) {
			throw tooLate("approved", pending.requestId());
		}
		waiter.decided(decision.isApproved());
		call.attempt().ended(ApprovalOutcome.decided(decision, elapsed(start)));
		return decision;
	}

	/**
	 * Return the deciding vote: the rejection, or the last approval that counts.
	 */
	private static ApprovalVote deciding(List<ApprovalVote> votes) {
		return votes.stream()
			.filter(ApprovalVote::counted)
			.reduce((first, second) -> (first.verdict() == Verdict.REJECT) ? first : second)
			.orElseThrow();
	}

	/**
	 * Run the exchange of a request in this thread, and verify the decision.
	 */
	private ApprovalVote vote(PairingRequest request, Interruption interruption) {
		ReceivedDecision delivery = this.requests.exchange(request, Runnable::run).run(interruption);
		ApprovalDeadline deadline = request.call().deadline();
		ApprovalVote vote = this.requests.retried(request.id(), deadline, () -> verify(request, delivery));
		// The journal was written since the keys were read
		if (vote.verdict() == Verdict.APPROVE
				&& this.requests.retried(request.id(), deadline, () -> this.requests.keysInForce(request))
					.stream()
					.noneMatch((accepted) -> accepted.encode().equals(vote.evidence().publicKey()))) {
			throw revoked(request);
		}
		return vote;
	}

	/**
	 * Verify a decision with the keys in force. This reads the application's source of
	 * pairings and its journal, so it is called by the thread of the caller only.
	 * @return the verified vote, which may be too late
	 * @throws ApprovalUnavailableException if the pairing is no longer in force
	 * @throws ApprovalVerificationException if the decision does not verify
	 * @throws ApprovalTimeoutException if the artifact has expired
	 * @throws RuntimeException if the pairing or the journal cannot be read
	 */
	ApprovalVote verify(PairingRequest request, ReceivedDecision delivery) {
		// The keys are resolved again, since one may have been revoked meanwhile
		List<SignerKey> keys = this.requests.keysInForce(request);
		if (keys.isEmpty()) {
			throw revoked(request);
		}
		return verify(this.dependencies.verifier(), request, delivery, keys, delivery.receivedAt());
	}

	private static ApprovalUnavailableException revoked(PairingRequest request) {
		return new ApprovalUnavailableException(
				"The pairing '%s', or its key, was revoked while a decision on request %s was pending: pair again"
					.formatted(request.asked().name(), request.id()),
				request.id(), null);
	}

	/**
	 * Verify a decision that does not permit anything, with the keys to which the request
	 * was sent, whether it has expired or not. This reads nothing of the application.
	 * @return the verified vote
	 * @throws ApprovalVerificationException if the decision does not verify
	 */
	ApprovalVote verifyUnused(PairingRequest request, ReceivedDecision delivery) {
		return verify(this.dependencies.verifier().withoutExpiry((key, nonce, requestId) -> true), request, delivery,
				request.asked().pairing().signerKeys(), Instant.MIN);
	}

	private ApprovalVote verify(DecisionVerifier verifier, PairingRequest request, ReceivedDecision delivery,
			List<SignerKey> keys, Instant now) {
		ApprovalVote vote;
		try {
			vote = ApprovalVote.of(
					verifier.verify(delivery.message(), request.id(), request.artifact().hash(), keys, now),
					request.asked().name(), this.dependencies.clock().instant());
		}
		catch (DecisionVerificationException ex) {
			if (ex.getFailure() == DecisionVerificationException.Failure.EXPIRED
					&& request.call().deadline().isOver()) {
				// The artifact has expired as well: late rather than forged
				throw tooLate("decided", request.id());
			}
			throw new ApprovalVerificationException(
					"The decision on request %s does not verify: %s".formatted(request.id(), ex.getMessage()),
					request.id(), ex);
		}
		catch (AirlockGatewayException ex) {
			// Of the journal, which can throw any of them, and the decision is verified
			// again
			throw new AirlockGatewayException("The journal of used nonces cannot be read: " + ex.getMessage(),
					request.id(), ex);
		}
		this.requests.acknowledge(request, delivery);
		return vote;
	}

	static ApprovalTimeoutException tooLate(String what, String requestId) {
		return new ApprovalTimeoutException(
				"Request %s was %s too late, so the decision is not used".formatted(requestId, what), requestId);
	}

	/**
	 * Perform a step, and end the attempt if the step fails. Any failure is translated
	 * into an AirlockGatewayException.
	 */
	private <T> T ending(Attempt attempt, long start, @Nullable RequestedApproval approval, Supplier<T> step) {
		try {
			return step.get();
		}
		catch (Throwable ex) {
			AirlockGatewayException failure = failure(ex, (approval != null) ? approval.pending() : null);
			List<ApprovalVote> votes = (approval != null) ? approval.votes() : List.of();
			attempt.ended(ApprovalOutcome.failed(failure, elapsed(start), votes));
			throw failure;
		}
	}

	private static AirlockGatewayException failure(Throwable ex, @Nullable PendingApproval approval) {
		if (ex instanceof ApprovalTimeoutException && approval != null) {
			return new ApprovalTimeoutException(
					"%s. The time to decide on '%s' was %s: to change it, set 'timeout' of the annotation, the request or the approvers, or 'airlock.gateway.approval.timeout'"
						.formatted(ex.getMessage(), approval.label(),
								Durations.text(Duration.between(approval.createdAt(), approval.expiresAt()))),
					approval.requestId());
		}
		return (ex instanceof AirlockGatewayException known) ? known
				: new ApprovalUnavailableException(
						"The approval cannot be requested or used, because this application fails: "
								+ AirlockGatewayException.safeMessage(ex),
						(approval != null) ? approval.requestId() : null, ex);
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
		List<String> asked = this.dependencies.approvers()
			.pairings(request.getApprovers(), requester, request.getPairing());
		return this.dependencies.pending().admit(request.getGate(), requester, asked);
	}

	private @Nullable String requester() {
		try {
			return this.dependencies.requester().get();
		}
		catch (Throwable ex) {
			throw requesterFailed(ex);
		}
	}

	/**
	 * Create the exception for a requester that cannot be determined.
	 * @param cause the failure of the application
	 * @return the exception
	 */
	public static ApprovalUnavailableException requesterFailed(Throwable cause) {
		return new ApprovalUnavailableException(
				"Approval is not requested, because the application's RequesterSource failed: "
						+ AirlockGatewayException.safeMessage(cause),
				null, cause);
	}

	private String artifactType(ApprovalRequest request) {
		return request.getArtifactType(this.dependencies.settings().artifactType());
	}

	private Duration elapsed(long start) {
		return Duration.ofNanos(this.dependencies.ticker().nanoTime() - start);
	}

	private void record(PendingApproval pending) {
		try {
			this.dependencies.journal().open(pending.requestId(), pending.expiresAt());
		}
		catch (Throwable ex) {
			throw new ApprovalUnavailableException(
					"The journal of approvals cannot be written, so approval is not requested (request %s): %s"
						.formatted(pending.requestId(), AirlockGatewayException.safeMessage(ex)),
					pending.requestId(), ex);
		}
	}

}
