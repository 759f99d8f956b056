package io.airlockapp.gateway;

import java.time.Duration;

import io.airlockapp.gateway.ExchangeReport.Standing;
import io.airlockapp.gateway.PendingApprovals.Waiter;
import io.airlockapp.gateway.client.CallPriority;
import io.airlockapp.gateway.client.Deadline;
import io.airlockapp.gateway.client.RetryBudget;
import io.airlockapp.gateway.client.Ticker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs one exchange with the gateway, in the thread that waits for it: submit, wait, and
 * leave clean. It fetches a decision and doesn't judge it. But for {@link EndingFailures
 * a few} failures it goes on until the deadline.
 */
final class ApprovalExchange {

	private static final Log logger = LogFactory.getLog(ApprovalExchange.class);

	private static final Duration MIN_POLL_INTERVAL = Duration.ofSeconds(1);

	private static final Duration MIN_HOLD = Duration.ofSeconds(5);

	private static final int TOO_MANY_REQUESTS = 429;

	private static final String DECIDED = "AlreadyDecidedConflict";

	private final ExchangeCalls calls;

	private final SealedArtifact artifact;

	private final ApprovalDeadline deadline;

	private final ApprovalDeadline pollDeadline;

	private final Deadline callDeadline;

	private Duration hold;

	private final Backoff backoff;

	private final RetryBudget retries;

	private final Ticker ticker;

	private final ExchangeInspector inspector;

	private final ExchangeFailures failures;

	private @Nullable AirlockGatewayException lastFailure;

	private boolean mayExist;

	private boolean submitted;

	private boolean submittedAgain;

	private boolean deliveryInDoubt;

	private boolean decided;

	/**
	 * Create an exchange.
	 * @param deadline until when a decision counts
	 * @param leaveMargin how long before that to withdraw, so that a decision that is
	 * found then is still in time
	 */
	ApprovalExchange(ExchangeCalls calls, SealedArtifact artifact, ApprovalDeadline deadline, Duration leaveMargin,
			Duration pollTimeout, Backoff backoff, RetryBudget retries, Ticker ticker) {
		this.calls = calls;
		this.artifact = artifact;
		this.deadline = deadline;
		this.pollDeadline = deadline.minus(leaveMargin);
		// The gateway holds calls for whole seconds. What hangs must leave time to
		// withdraw
		this.callDeadline = deadline.minus(leaveMargin.multipliedBy(3).dividedBy(4)).elapsed();
		this.hold = pollTimeout;
		this.backoff = backoff;
		this.retries = retries;
		this.ticker = ticker;
		this.inspector = new ExchangeInspector(calls, artifact, ticker);
		this.failures = new ExchangeFailures(artifact.requestId());
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
		AirlockGatewayException failure = null;
		try {
			Delivery delivery = submitAndWait();
			if (delivery != null) {
				return delivery;
			}
		}
		catch (InterruptedException ex) {
			return leaveInterrupted(waiter);
		}
		catch (AirlockGatewayException ex) {
			failure = ex;
		}
		catch (RuntimeException | Error ex) {
			failure = new ApprovalUnavailableException("Waiting for a decision on request %s failed: %s".formatted(
					this.artifact.requestId(), AirlockGatewayException.safeMessage(ex)), this.artifact.requestId(), ex);
		}
		// What could not even be sent is not looked for until the deadline
		ExchangeReport report = withdraw(!this.submitted && failure != null && failure.isUnexpected());
		if (report != null && report.delivery() != null) {
			return report.delivery();
		}
		throw this.failures.undecided(report, failure, this.lastFailure);
	}

	private @Nullable Delivery submitAndWait() throws InterruptedException {
		while (!this.pollDeadline.isOver()) {
			Delivery delivery = null;
			if (this.decided) {
				delivery = inspect(null);
			}
			else if (this.submitted) {
				delivery = poll();
			}
			else {
				delivery = submit();
			}
			if (delivery != null) {
				return delivery;
			}
		}
		return null;
	}

	private @Nullable Delivery submit() throws InterruptedException {
		try {
			this.calls.submit(this.artifact.envelope(), this.pollDeadline.remaining(), this.callDeadline);
		}
		catch (AirlockGatewayException ex) {
			boolean neverSent = ex.isUnexpected() && !this.mayExist;
			if (neverSent || EndingFailures.containsAtSubmission(ex)) {
				// What fails here may have failed when the request was sent already
				this.mayExist |= neverSent;
				throw ex;
			}
			this.mayExist = true;
			if (ex.isConflict() && !DECIDED.equals(ex.getCode())) {
				return lookForOtherContent(ex);
			}
			// If something between answered in its place, the gateway doesn't know the
			// request when it is asked for a decision
			if (!ex.isConflict() && !ex.isUnreadable()) {
				pauseAfter(ex);
				return null;
			}
		}
		this.mayExist = true;
		this.submitted = true;
		this.lastFailure = null;
		return null;
	}

	private @Nullable Delivery lookForOtherContent(AirlockGatewayException conflict) throws InterruptedException {
		ExchangeReport report = this.inspector.inspect(this.pollDeadline.remaining());
		switch (report.standing()) {
			case OTHER_CONTENT -> throw AirlockGatewayException.ofOtherContent();
			case UNKNOWN, UNCLEAR -> pauseAfter((report.failure() != null) ? report.failure() : conflict);
			case DECIDED -> {
				this.submitted = true;
				this.decided = true;
			}
			default -> this.submitted = true;
		}
		return report.delivery();
	}

	private @Nullable Delivery poll() throws InterruptedException {
		long start = this.ticker.nanoTime();
		try {
			Delivery delivery = this.calls.awaitDelivery(this.artifact.requestId(), holdTime(), CallPriority.WAIT,
					this.pollDeadline.remaining(), this.callDeadline);
			succeeded();
			if (delivery != null) {
				return delivery;
			}
		}
		catch (AirlockGatewayException ex) {
			return pollFailed(ex, start);
		}
		if (this.deliveryInDoubt) {
			return inspect(null);
		}
		pauseAfterEarlyAnswer(start);
		return null;
	}

	private @Nullable Delivery pollFailed(AirlockGatewayException ex, long start) throws InterruptedException {
		if (ex.getStatus() == 404 || ex.isExpired()) {
			return inspect(ex);
		}
		if (ex.getStatus() == 0 && this.callDeadline.isOver() && !Thread.currentThread().isInterrupted()) {
			// Ended by ourselves
			return null;
		}
		// The gateway may have handed over a decision that we never got
		this.deliveryInDoubt |= !ex.isQuotaExceeded();
		shortenHold(ex, Duration.ofNanos(this.ticker.nanoTime() - start));
		pauseAfter(ex);
		return null;
	}

	/**
	 * Ask where the exchange stands, and for the decision if there is one.
	 * @param doubt the failure that makes it doubtful, if any
	 */
	private @Nullable Delivery inspect(@Nullable AirlockGatewayException doubt) throws InterruptedException {
		ExchangeReport report = this.inspector.inspect(this.pollDeadline.remaining());
		if (report.delivery() != null) {
			return report.delivery();
		}
		if (report.isEnded()) {
			throw this.failures.ended(report.standing());
		}
		switch (report.standing()) {
			case DECIDED -> {
				// Nothing but to get it is of interest any more
				this.decided = true;
				pauseAfter((report.failure() != null) ? report.failure() : this.failures.notHandedOver());
			}
			case UNKNOWN -> {
				// Submitting again changes nothing if it is known after all
				this.submitted = false;
				if (this.submittedAgain) {
					pauseAfter((report.failure() != null) ? report.failure() : this.failures.notKnown());
				}
				this.submittedAgain = true;
			}
			case UNCLEAR -> {
				this.deliveryInDoubt = true;
				pauseAfter((report.failure() != null) ? report.failure() : this.failures.notHandedOver());
			}
			default -> {
				this.deliveryInDoubt = false;
				if (doubt != null) {
					pauseAfter(doubt);
				}
			}
		}
		return null;
	}

	private Duration holdTime() {
		long left = this.pollDeadline.remaining().plusMillis(500).toSeconds();
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
		this.submittedAgain = false;
		this.backoff.reset();
	}

	private void pauseAfter(AirlockGatewayException failure) throws InterruptedException {
		if (Thread.interrupted()) {
			throw new InterruptedException();
		}
		if (EndingFailures.contains(failure)) {
			throw failure;
		}
		if (this.lastFailure == null) {
			logger.debug("Approval %s: %s; trying again".formatted(this.artifact.requestId(), failure.getMessage()));
		}
		this.lastFailure = failure;
		if (failure.getStatus() == TOO_MANY_REQUESTS) {
			// The rate gate makes everybody wait
			return;
		}
		sleep(this.retries.tryTake() ? this.backoff.next(failure.getRetryAfter())
				: this.backoff.nextOfMany(failure.getRetryAfter()));
	}

	private void sleep(Duration pause) throws InterruptedException {
		Duration left = this.pollDeadline.remaining();
		Duration bounded = (pause.compareTo(left) < 0) ? pause : left;
		if (!bounded.isNegative() && !bounded.isZero()) {
			this.ticker.sleep(bounded);
		}
	}

	private Delivery leaveInterrupted(Waiter waiter) {
		String whyStopped = waiter.whyStopped();
		ExchangeReport report;
		try {
			report = withdraw(true);
			if (report != null && report.delivery() != null) {
				return report.delivery();
			}
		}
		finally {
			if (whyStopped == null) {
				Thread.currentThread().interrupt();
			}
		}
		throw this.failures.interrupted(report,
				(whyStopped != null) ? whyStopped : "The thread that waited was interrupted");
	}

	/**
	 * Withdraw what may have been submitted.
	 * @return what became of it, or {@code null} if it was not
	 */
	private @Nullable ExchangeReport withdraw(boolean hurried) {
		if (!this.mayExist) {
			return null;
		}
		// An interrupted thread can't make calls
		boolean interrupted = Thread.interrupted();
		try {
			ExchangeReport report = new Withdrawal(this.calls, this.artifact, this.deadline, hurried, this.ticker)
				.run();
			boolean unseen = this.decided && report.delivery() == null && report.standing() != Standing.DECIDED;
			return unseen ? ExchangeReport.of(Standing.DECIDED, report.failure()) : report;
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
