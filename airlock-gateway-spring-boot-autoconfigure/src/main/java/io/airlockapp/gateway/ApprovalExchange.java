package io.airlockapp.gateway;

import java.time.Duration;

import io.airlockapp.gateway.PendingApprovals.Waiter;
import io.airlockapp.gateway.client.Deadline;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeState;
import io.airlockapp.gateway.client.ExchangeStatus;
import io.airlockapp.gateway.client.RetryBudget;
import io.airlockapp.gateway.client.Ticker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One exchange with the gateway, in the thread that waits for it: submit, wait, and leave
 * clean. It fetches a decision and doesn't judge it.
 */
final class ApprovalExchange {

	private static final Log logger = LogFactory.getLog(ApprovalExchange.class);

	private static final Duration MIN_POLL_INTERVAL = Duration.ofSeconds(1);

	private static final Duration MIN_HOLD = Duration.ofSeconds(5);

	/**
	 * How long after the last moment a call may still be under way: the gateway holds
	 * calls for whole seconds.
	 */
	private static final Duration GRACE = Duration.ofSeconds(2);

	private static final String DECIDED = "AlreadyDecidedConflict";

	private static final ExchangeStatus NO_EXCHANGE = new ExchangeStatus(null, null, null, null, null, null);

	private final ExchangeCalls calls;

	private final SealedArtifact artifact;

	private final Deadline pollDeadline;

	private final Deadline callDeadline;

	private Duration hold;

	private final Backoff backoff;

	private final RetryBudget retries;

	private final Ticker ticker;

	private @Nullable AirlockGatewayException lastFailure;

	private boolean mayExist;

	private boolean submitted;

	private boolean deliveryInDoubt;

	ApprovalExchange(ExchangeCalls calls, SealedArtifact artifact, Deadline pollDeadline, Duration pollTimeout,
			Backoff backoff, RetryBudget retries, Ticker ticker) {
		this.calls = calls;
		this.artifact = artifact;
		this.pollDeadline = pollDeadline;
		this.callDeadline = pollDeadline.plus(GRACE);
		this.hold = pollTimeout;
		this.backoff = backoff;
		this.retries = retries;
		this.ticker = ticker;
	}

	/**
	 * Submit the artifact and wait for a decision. However this ends without one, the
	 * request is withdrawn; if that fails because there is a decision, it is returned.
	 * @param waiter the registration of this thread
	 * @return the decision as received
	 * @throws ApprovalTimeoutException if nobody decided in time
	 * @throws ApprovalUnavailableException if nobody could be asked, or this thread was
	 * told to stop waiting
	 */
	Delivery run(Waiter waiter) {
		AirlockGatewayException failure;
		try {
			Delivery delivery = submitAndWait();
			if (delivery != null) {
				return delivery;
			}
			failure = timeUp();
		}
		catch (InterruptedException ex) {
			return leaveInterrupted(waiter);
		}
		catch (AirlockGatewayException ex) {
			failure = unavailable(ex);
		}
		Delivery delivery = withdraw();
		if (delivery != null) {
			return delivery;
		}
		throw failure;
	}

	private @Nullable Delivery submitAndWait() throws InterruptedException {
		while (!submit()) {
			if (this.pollDeadline.isOver()) {
				return null;
			}
		}
		while (!this.pollDeadline.isOver()) {
			Delivery delivery = poll();
			if (delivery != null) {
				return delivery;
			}
		}
		return null;
	}

	private boolean submit() throws InterruptedException {
		try {
			this.calls.submit(this.artifact.envelope(), this.pollDeadline.remaining(), this.callDeadline);
		}
		catch (AirlockGatewayException ex) {
			if (!DECIDED.equals(ex.getCode())) {
				this.mayExist |= ex.isTransient();
				pauseAfter(ex);
				return false;
			}
		}
		this.mayExist = true;
		this.submitted = true;
		succeeded();
		return true;
	}

	private @Nullable Delivery poll() throws InterruptedException {
		long start = this.ticker.nanoTime();
		try {
			Envelope<JsonNode> envelope = this.calls.awaitDecision(this.artifact.requestId(), holdTime(),
					this.pollDeadline.remaining(), this.callDeadline);
			succeeded();
			if (envelope != null) {
				return Delivery.of(envelope);
			}
		}
		catch (AirlockGatewayException ex) {
			if (ex.getStatus() == 404 || ex.isExpired()) {
				Delivery delivery = ended();
				if (delivery == null) {
					pauseAfterEarlyAnswer(start);
				}
				return delivery;
			}
			// The gateway may have handed over a decision that we never got
			this.deliveryInDoubt |= !ex.isQuotaExceeded();
			shortenHold(ex, Duration.ofNanos(this.ticker.nanoTime() - start));
			pauseAfter(ex);
			return null;
		}
		if (this.deliveryInDoubt) {
			this.deliveryInDoubt = false;
			ExchangeStatus status = status();
			return (status != null) ? Delivery.find(status) : null;
		}
		pauseAfterEarlyAnswer(start);
		return null;
	}

	private Duration holdTime() {
		long left = this.pollDeadline.remaining().plusMillis(999).toSeconds();
		return Duration.ofSeconds(Math.max(1, Math.min(left, this.hold.toSeconds())));
	}

	/**
	 * A proxy may cut calls that are held for too long for it.
	 */
	private void shortenHold(AirlockGatewayException failure, Duration elapsed) {
		boolean cut = failure.isTransient() && !failure.isQuotaExceeded() && elapsed.compareTo(MIN_HOLD) > 0;
		if (cut && elapsed.compareTo(this.hold) < 0) {
			Duration shorter = elapsed.multipliedBy(3).dividedBy(4);
			this.hold = (shorter.compareTo(MIN_HOLD) > 0) ? shorter : MIN_HOLD;
		}
	}

	private void pauseAfterEarlyAnswer(long start) throws InterruptedException {
		sleep(MIN_POLL_INTERVAL.minusNanos(this.ticker.nanoTime() - start));
	}

	private void succeeded() {
		this.lastFailure = null;
		this.backoff.reset();
	}

	private void pauseAfter(AirlockGatewayException failure) throws InterruptedException {
		if (Thread.interrupted()) {
			throw new InterruptedException();
		}
		if (!failure.isTransient()) {
			throw failure;
		}
		if (this.lastFailure == null) {
			logger.debug("Approval %s: %s; trying again".formatted(this.artifact.requestId(), failure.getMessage()));
		}
		this.lastFailure = failure;
		if (failure.isQuotaExceeded()) {
			// The rate gate makes everybody wait
			return;
		}
		if (!this.retries.tryTake()) {
			throw new ApprovalUnavailableException(
					"Too many calls to the gateway fail to try request %s again".formatted(this.artifact.requestId()),
					this.artifact.requestId(), failure);
		}
		sleep(this.backoff.next(failure.getRetryAfter()));
	}

	private void sleep(Duration pause) throws InterruptedException {
		Duration left = this.pollDeadline.remaining();
		Duration bounded = (pause.compareTo(left) < 0) ? pause : left;
		if (!bounded.isNegative() && !bounded.isZero()) {
			this.ticker.sleep(bounded);
		}
	}

	private @Nullable Delivery ended() {
		ExchangeStatus status = status();
		if (status == null) {
			return null;
		}
		Delivery delivery = Delivery.find(status);
		if (delivery != null || status.state() == ExchangeState.PENDING_APPROVAL) {
			return delivery;
		}
		if (status.state() == ExchangeState.EXPIRED) {
			throw new ApprovalTimeoutException(
					"The request %s expired at the gateway before anybody decided".formatted(this.artifact.requestId()),
					this.artifact.requestId());
		}
		throw new ApprovalUnavailableException(
				"The gateway no longer has the request %s: it was withdrawn, cancelled or lost"
					.formatted(this.artifact.requestId()),
				this.artifact.requestId(), null);
	}

	private @Nullable ExchangeStatus status() {
		try {
			return this.calls.getStatus(this.artifact.requestId(), this.pollDeadline.remaining(), this.callDeadline);
		}
		catch (AirlockGatewayException ex) {
			if (ex.getStatus() == 404) {
				return NO_EXCHANGE;
			}
			this.deliveryInDoubt = true;
			return null;
		}
	}

	private AirlockGatewayException timeUp() {
		if (this.lastFailure != null) {
			return unavailable(this.lastFailure);
		}
		return new ApprovalTimeoutException(
				"Nobody decided on request %s in time; it was withdrawn".formatted(this.artifact.requestId()),
				this.artifact.requestId());
	}

	private AirlockGatewayException unavailable(AirlockGatewayException ex) {
		if (ex instanceof ApprovalUnavailableException || ex instanceof ApprovalTimeoutException) {
			return ex;
		}
		if (ex.isConsentMissing()) {
			return new ApprovalConsentException(ex, this.artifact.requestId());
		}
		return new ApprovalUnavailableException(
				Advice.forFailure(ex) + " (request %s)".formatted(this.artifact.requestId()), this.artifact.requestId(),
				ex);
	}

	private Delivery leaveInterrupted(Waiter waiter) {
		String whyStopped = waiter.whyStopped();
		try {
			Delivery delivery = withdraw();
			if (delivery != null) {
				return delivery;
			}
		}
		finally {
			if (whyStopped == null) {
				Thread.currentThread().interrupt();
			}
		}
		String why = (whyStopped != null) ? whyStopped : "The thread that waited was interrupted";
		throw new ApprovalUnavailableException(
				"%s, so request %s was withdrawn".formatted(why, this.artifact.requestId()), this.artifact.requestId(),
				null);
	}

	private @Nullable Delivery withdraw() {
		if (!this.mayExist) {
			return null;
		}
		// An interrupted thread can't make calls
		boolean interrupted = Thread.interrupted();
		try {
			return new Withdrawal(this.calls, this.artifact.requestId(), this.submitted, this.ticker).run();
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
