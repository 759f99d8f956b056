package io.airlockapp.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.airlockapp.gateway.PendingApprovals.Waiter;
import io.airlockapp.gateway.client.Deadline;
import io.airlockapp.gateway.harp.DecisionVerificationException;
import io.airlockapp.gateway.harp.VerifiedDecision;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Asks for approvals: seals what is asked, runs the exchange, and lets nothing pass that
 * has not been verified.
 */
final class ApprovalService {

	private static final Log logger = LogFactory.getLog(ApprovalService.class);

	private static final Duration MAX_WITHDRAW_MARGIN = Duration.ofSeconds(2);

	private final ExchangeCalls calls;

	private final ApprovalEnvironment environment;

	private final Acknowledger acknowledger;

	private final AtomicBoolean warnedNotPaired = new AtomicBoolean();

	ApprovalService(ExchangeCalls calls, ApprovalEnvironment environment) {
		this.calls = calls;
		this.environment = environment;
		this.acknowledger = new Acknowledger(calls, environment.executor(), environment.userBinding());
	}

	CompletableFuture<ApprovalDecision> requestAsync(ApprovalRequest request) {
		CompletableFuture<ApprovalDecision> result = new CompletableFuture<>();
		try {
			Runnable bound = this.environment.userBinding().decorate(() -> complete(result, request));
			Future<?> task = this.environment.executor().submit(bound);
			result.whenComplete((decision, ex) -> {
				if (result.isCancelled()) {
					task.cancel(true);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			result.completeExceptionally(new ApprovalUnavailableException(
					"No thread is free to wait for the approval of '%s': ask for fewer at a time"
						.formatted(request.getLabel()),
					null, ex));
		}
		return result;
	}

	private void complete(CompletableFuture<ApprovalDecision> result, ApprovalRequest request) {
		try {
			result.complete(request(request));
		}
		catch (Throwable ex) {
			result.completeExceptionally(ex);
		}
	}

	ApprovalDecision request(ApprovalRequest request) {
		Pairing pairing = this.environment.pairingSource().getPairing();
		if (pairing == null) {
			throw notPaired();
		}
		ApprovalSettings settings = this.environment.settings();
		Duration timeout = (request.getTimeout() != null) ? request.getTimeout() : settings.timeout();
		String artifactType = (request.getArtifactType() != null) ? request.getArtifactType() : settings.artifactType();
		Deadline deadline = Deadline.in(timeout, this.environment.ticker());
		Instant now = this.environment.clock().instant();
		SealedArtifact artifact = seal(request, pairing, artifactType, now, timeout);
		long start = this.environment.ticker().nanoTime();
		logger.debug("Approval %s '%s' waits for a decision for %s".formatted(artifact.requestId(), request.getLabel(),
				timeout));
		String outcome = "failed";
		String detail = "";
		try {
			ApprovalDecision decision = exchange(request, artifact, deadline, timeout, now);
			outcome = (decision.isApproved() ? "approved" : "denied") + " by key " + decision.signerKeyId();
			return decision;
		}
		catch (ApprovalTimeoutException ex) {
			outcome = "timed out";
			throw ex;
		}
		catch (ApprovalVerificationException ex) {
			outcome = "not verified";
			detail = ": " + ex.getMessage();
			logger.error("Somebody may be tampering with decisions: " + ex.getMessage());
			throw ex;
		}
		catch (AirlockGatewayException ex) {
			outcome = "unavailable";
			detail = ": " + ex.getMessage();
			if (ex.isConflict()) {
				logger.error("Somebody may be tampering with requests: " + ex.getMessage());
			}
			throw ex;
		}
		finally {
			Duration elapsed = Duration.ofNanos(this.environment.ticker().nanoTime() - start);
			logger.info("Approval %s '%s' %s after %d ms%s".formatted(artifact.requestId(), request.getLabel(), outcome,
					elapsed.toMillis(), detail));
		}
	}

	private SealedArtifact seal(ApprovalRequest request, Pairing pairing, String artifactType, Instant now,
			Duration timeout) {
		try {
			return SealedArtifact.seal(request, pairing, this.environment.enforcer(), artifactType, now, timeout);
		}
		catch (IllegalArgumentException ex) {
			throw new ApprovalUnavailableException("The request '%s' can't be sent, so nobody can be asked: %s"
				.formatted(request.getLabel(), ex.getMessage()), null, ex);
		}
	}

	private ApprovalUnavailableException notPaired() {
		if (this.warnedNotPaired.compareAndSet(false, true)) {
			logger.warn(Advice.NOT_PAIRED);
		}
		return new ApprovalUnavailableException(Advice.NOT_PAIRED, null, null);
	}

	private ApprovalDecision exchange(ApprovalRequest request, SealedArtifact artifact, Deadline deadline,
			Duration timeout, Instant now) {
		PendingApproval pending = new PendingApproval(artifact.requestId(), request.getLabel(), now, now.plus(timeout));
		try (Waiter waiter = this.environment.pending().enter(pending)) {
			record(pending);
			ApprovalExchange exchange = new ApprovalExchange(this.calls, artifact,
					deadline.minus(withdrawMargin(timeout)), this.environment.settings().pollTimeout(),
					new Backoff(this.environment.random()), this.environment.retryBudget(), this.environment.ticker());
			Delivery delivery = exchange.run(waiter);
			ApprovalDecision decision = verify(delivery, artifact);
			this.acknowledger.acknowledge(artifact.requestId(), delivery.msgId());
			if (decision.isApproved() && deadline.isOver()) {
				throw new ApprovalTimeoutException(
						"Request %s was approved too late, so the approval is not used".formatted(artifact.requestId()),
						artifact.requestId());
			}
			return decision;
		}
	}

	private void record(PendingApproval pending) {
		try {
			this.environment.journal().open(pending.requestId(), pending.expiresAt());
		}
		catch (RuntimeException ex) {
			throw new ApprovalUnavailableException(
					"The journal of approvals can't be written, so nobody is asked (request %s)"
						.formatted(pending.requestId()),
					pending.requestId(), ex);
		}
	}

	/**
	 * Withdrawing begins before the time is up, so that a decision that turns up then is
	 * still in time.
	 */
	private static Duration withdrawMargin(Duration timeout) {
		Duration tenth = timeout.dividedBy(10);
		return (tenth.compareTo(MAX_WITHDRAW_MARGIN) < 0) ? tenth : MAX_WITHDRAW_MARGIN;
	}

	private ApprovalDecision verify(Delivery delivery, SealedArtifact artifact) {
		// Asked again, since a key may have been revoked while the person was deciding
		Pairing pairing = this.environment.pairingSource().getPairing();
		try {
			VerifiedDecision decision = this.environment.verifier()
				.verify(delivery.message(), artifact.requestId(), artifact.hash(),
						(pairing != null) ? pairing.signerKeys() : List.of());
			return ApprovalDecision.of(decision);
		}
		catch (DecisionVerificationException ex) {
			throw new ApprovalVerificationException(
					"The decision on request %s does not verify: %s".formatted(artifact.requestId(), ex.getMessage()),
					artifact.requestId(), ex);
		}
		catch (RuntimeException ex) {
			throw new ApprovalUnavailableException(
					"The decision on request %s can't be checked, since the journal of used nonces fails"
						.formatted(artifact.requestId()),
					artifact.requestId(), ex);
		}
	}

}
