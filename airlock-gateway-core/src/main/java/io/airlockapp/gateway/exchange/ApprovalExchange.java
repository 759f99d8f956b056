/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.exchange.ExchangeReport.Standing;
import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Runs one exchange with the gateway in the waiting thread: submits the request, uses a
 * {@link DecisionReceiver} to wait for the decision, and withdraws the request if there
 * is none. The decision is received, but not verified here. The exchange continues until
 * the deadline, except after a few kinds of failures.
 */
final class ApprovalExchange {

	/**
	 * The reason why a wait ended that this application did not end.
	 */
	static final String LEFT_BY_CALLER = "The caller cancelled, or the thread that waited was interrupted";

	private final ExchangeClient client;

	private final EncryptedArtifact artifact;

	private final ApprovalDeadline deadline;

	private final DecisionReceiver receiver;

	private final ExchangeRetries retries;

	private final Ticker ticker;

	private final ExchangeFailures failures;

	private boolean mayExist;

	private boolean submitted;

	private boolean decided;

	/**
	 * Create an exchange.
	 * @param deadline the time until which a decision is accepted
	 * @param receiver the receiver of the decision
	 * @param retries the pauses before retries
	 */
	ApprovalExchange(ExchangeClient client, EncryptedArtifact artifact, ApprovalDeadline deadline,
			DecisionReceiver receiver, ExchangeRetries retries, Ticker ticker) {
		this.client = client;
		this.artifact = artifact;
		this.deadline = deadline;
		this.receiver = receiver;
		this.retries = retries;
		this.ticker = ticker;
		this.failures = new ExchangeFailures(artifact.requestId());
	}

	/**
	 * Submit the artifact and wait for a decision. Without a decision, the request is
	 * withdrawn in any case. If the withdrawal fails because a decision exists, that
	 * decision is returned.
	 * @param interruption the reason for an interrupt of this thread
	 * @return the decision as received
	 * @throws ApprovalTimeoutException if no decision was made before the deadline
	 * @throws ApprovalUnavailableException if approval could not be requested, or this
	 * thread was interrupted
	 */
	ReceivedDecision run(Interruption interruption) {
		AirlockGatewayException failure = null;
		try {
			ReceivedDecision delivery = submitAndWait();
			if (delivery != null) {
				return delivery;
			}
		}
		catch (InterruptedException ex) {
			return leaveInterrupted(interruption);
		}
		catch (Throwable ex) {
			failure = (ex instanceof AirlockGatewayException known) ? known
					: new ApprovalUnavailableException("Waiting for a decision on request %s failed: %s"
						.formatted(this.artifact.requestId(), AirlockGatewayException.safeMessage(ex)),
							this.artifact.requestId(), ex);
		}
		// A failure within the application before the submission does not justify retries
		// until the deadline
		ExchangeReport report = withdraw(!this.submitted && failure != null && failure.isUnexpected(), false);
		if (report != null && report.delivery() != null) {
			return report.delivery();
		}
		throw this.failures.undecided(report, failure, this.retries.lastFailure());
	}

	/**
	 * Return the failure that keeps this exchange from a decision at the moment. This is
	 * called by any thread.
	 */
	@Nullable AirlockGatewayException findFailure() {
		AirlockGatewayException last = this.retries.lastFailure();
		return (last != null) ? this.failures.undecided(null, null, last) : null;
	}

	private @Nullable ReceivedDecision submitAndWait() throws InterruptedException {
		while (!this.deadline.waiting().isOver()) {
			ReceivedDecision delivery = (this.submitted || this.decided) ? receive() : submit();
			if (delivery != null) {
				return delivery;
			}
		}
		return null;
	}

	private @Nullable ReceivedDecision receive() throws InterruptedException {
		ExchangeReport report = this.receiver.receive();
		if (report.delivery() != null) {
			return report.delivery();
		}
		if (report.isEnded()) {
			throw this.failures.ended(report.standing());
		}
		// Once a decision exists, the exchange only has to receive it
		this.decided |= report.standing() == Standing.DECIDED;
		// Submitting again has no effect if the gateway still holds the request
		this.submitted &= report.standing() != Standing.UNKNOWN;
		if (report.failure() != null) {
			this.retries.pauseAfter(report.failure());
		}
		return null;
	}

	private @Nullable ReceivedDecision submit() throws InterruptedException {
		try {
			this.client.submit(this.artifact.envelope(), this.deadline.waiting().remaining(), this.deadline.requests());
		}
		catch (AirlockGatewayException ex) {
			boolean existed = this.mayExist;
			boolean ending = ExchangeFailures.isEndingAtSubmission(ex, existed);
			// An unexpected failure may have occurred after the request was sent
			this.mayExist |= !ex.isUnsent() && (ex.isUnexpected() || !ending);
			if (ending || (ex.isUnexpected() && !existed)) {
				throw ex;
			}
			if (ex.isConflict() && !ex.isDecided()) {
				return lookForOtherContent(ex);
			}
			// If an intermediary responded in place of the gateway, the next wait reports
			// the request as unknown
			if (!ex.isConflict() && !ex.isUnreadable()) {
				this.retries.pauseAfter(ex);
				return null;
			}
		}
		this.mayExist = true;
		this.submitted = true;
		this.retries.overcome();
		return null;
	}

	private @Nullable ReceivedDecision lookForOtherContent(AirlockGatewayException conflict)
			throws InterruptedException {
		ExchangeReport report = this.receiver.inspect(this.deadline.waiting().remaining());
		switch (report.standing()) {
			case OTHER_CONTENT -> throw AirlockGatewayException.ofOtherContent();
			case UNKNOWN, UNCLEAR -> this.retries.pauseAfter((report.failure() != null) ? report.failure() : conflict);
			default -> this.submitted = true;
		}
		this.decided |= report.standing() == Standing.DECIDED;
		return report.delivery();
	}

	private ReceivedDecision leaveInterrupted(Interruption interruption) {
		String whyStopped = interruption.whyStopped();
		ExchangeReport report = withdraw(true, interruption.isYielding());
		if (report != null && report.delivery() != null) {
			return report.delivery();
		}
		AirlockGatewayException failure = this.failures.interrupted(report,
				(whyStopped != null) ? whyStopped : LEFT_BY_CALLER);
		AirlockGatewayException ending = interruption.findEnding(String.valueOf(failure.getMessage()));
		throw (ending != null) ? ending : failure;
	}

	/**
	 * Withdraw the request if it may have been submitted.
	 * @return the state of the exchange, or {@code null} if the request was not submitted
	 */
	private @Nullable ExchangeReport withdraw(boolean hurried, boolean yielding) {
		if (!this.mayExist) {
			return null;
		}
		ExchangeReport report = new ExchangeWithdrawal(this.client, this.artifact.requestId(), this.receiver,
				this.deadline, hurried, yielding, this.ticker)
			.run();
		boolean unseen = this.decided && report.delivery() == null && report.standing() != Standing.DECIDED;
		return unseen ? ExchangeReport.of(Standing.DECIDED, report.failure()) : report;
	}

	/**
	 * Strategy interface for the reason why an exchange is interrupted.
	 */
	interface Interruption {

		/**
		 * Return the reason why the wait was ended by this application.
		 * @return the reason as a clause, or {@code null} if it was not
		 */
		@Nullable String whyStopped();

		/**
		 * Return the exception for a wait that an operator ended.
		 * @param message the message of the exception
		 * @return the exception, or {@code null} if no operator ended the wait
		 */
		default @Nullable AirlockGatewayException findEnding(String message) {
			return null;
		}

		/**
		 * Return whether nobody waits for the withdrawal, so that it yields to other
		 * requests.
		 */
		default boolean isYielding() {
			return false;
		}

	}

}
