/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import io.airlockapp.gateway.exchange.ExchangeReport.Standing;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Durations;
import io.airlockapp.gateway.support.GrowingPause;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WaitScope;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Withdraws a request whose decision is no longer awaited, so that it is not shown to the
 * approver. If the gateway refuses because a decision exists, the decision is retrieved,
 * since it must not be lost. An interrupt only shortens that, and is restored at the end.
 */
final class ExchangeWithdrawal {

	private static final Log logger = LogFactory.getLog(ExchangeWithdrawal.class);

	private static final int TRIES = 3;

	/**
	 * The maximum time for which a withdrawal delays the caller, unless there is a
	 * decision to retrieve.
	 */
	private static final Duration LIMIT = Duration.ofSeconds(10);

	/**
	 * The maximum time for a withdrawal for which nobody waits.
	 */
	private static final Duration YIELDING_LIMIT = Duration.ofSeconds(30);

	private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

	private static final GrowingPause PAUSE = new GrowingPause(Duration.ofMillis(300), Duration.ofSeconds(5));

	private final ExchangeClient client;

	private final String requestId;

	private final DecisionReceiver receiver;

	private final ApprovalDeadline deadline;

	private boolean hurried;

	private final boolean yielding;

	private final Ticker ticker;

	private final Deadline limit;

	private boolean decided;

	private boolean interrupted;

	/**
	 * Create a withdrawal.
	 * @param receiver the receiver for an existing decision
	 * @param deadline the time until which a decision is accepted
	 * @param hurried whether the time is limited in any case, since the caller was
	 * interrupted
	 * @param yielding whether the withdrawal yields to other requests, since nobody waits
	 * for it
	 */
	ExchangeWithdrawal(ExchangeClient client, String requestId, DecisionReceiver receiver, ApprovalDeadline deadline,
			boolean hurried, boolean yielding, Ticker ticker) {
		this.client = client;
		this.requestId = requestId;
		this.receiver = receiver;
		this.deadline = deadline;
		this.hurried = hurried;
		this.yielding = yielding;
		this.ticker = ticker;
		this.limit = Deadline.in(yielding ? YIELDING_LIMIT : LIMIT, ticker);
	}

	/**
	 * Withdraw the request.
	 * @return the resulting state of the exchange
	 */
	ExchangeReport run() {
		// Requests fail in an interrupted thread
		this.interrupted = WaitScope.interrupted();
		try {
			return withdrawAndInspect();
		}
		finally {
			if (this.interrupted) {
				WaitScope.interrupt();
			}
		}
	}

	private ExchangeReport withdrawAndInspect() {
		for (int tries = 1;; tries++) {
			ExchangeReport report = this.decided ? this.receiver.inspect(left()) : withdraw();
			// A decision exists regardless of later responses
			this.decided |= report.standing() == Standing.DECIDED;
			if (isSettled(report)) {
				return conclude(report);
			}
			if (WaitScope.interrupted()) {
				this.interrupted = true;
				// The response was not read
				tries = this.hurried ? tries : 1;
				this.hurried = true;
			}
			if (!isTriedAgain(tries)) {
				return conclude(report);
			}
			pause(tries);
		}
	}

	private ExchangeReport withdraw() {
		Duration share = ExchangeClient.share(left());
		Duration patience = this.yielding ? left() : share;
		RequestPriority priority = this.yielding ? RequestPriority.SHORT : RequestPriority.CONTROL;
		try {
			if (this.client.withdraw(this.requestId, priority, patience,
					Deadline.in(this.yielding ? patience.plus(share) : share, this.ticker))) {
				return ExchangeReport.of(Standing.WITHDRAWN);
			}
		}
		catch (AirlockGatewayException ex) {
			// The status may not be up to date
			this.decided |= ex.isDecided();
			// A gateway that answers may have a decision, unless it ends the exchange
			boolean answered = ex.getStatus() != 0 || ex.isUnreadable();
			if (!answered || ex.isUnsent() || ExchangeFailures.isEnding(ex)) {
				return ExchangeReport.of(Standing.UNCLEAR, ex);
			}
		}
		return this.receiver.inspect(left());
	}

	private static boolean isSettled(ExchangeReport report) {
		return report.delivery() != null || report.isEnded()
				|| (report.failure() != null && ExchangeFailures.isEnding(report.failure()));
	}

	/**
	 * Return the result, and log it if the end of the request is not known.
	 */
	private ExchangeReport conclude(ExchangeReport report) {
		if (report.delivery() != null || report.isEnded()) {
			return report;
		}
		String why = (report.failure() != null) ? String.valueOf(report.failure().getMessage())
				: String.valueOf(report.standing());
		if (this.decided) {
			logger.warn("Request %s was decided, but the decision could not be received: %s".formatted(this.requestId,
					why));
			return ExchangeReport.of(Standing.DECIDED, report.failure());
		}
		logger.debug("Request %s could not be withdrawn and expires by itself: %s".formatted(this.requestId, why));
		return report;
	}

	private boolean isTriedAgain(int tries) {
		if (this.decided) {
			return !left().isZero();
		}
		return !this.limit.isOver() && (tries < TRIES || (!this.hurried && !this.deadline.isOver()));
	}

	private Duration left() {
		Duration left = this.deadline.remaining();
		boolean limited = this.hurried || !this.decided;
		return limited ? Durations.min(left, this.limit.remaining()) : left;
	}

	private void pause(int tries) {
		Duration pause = Durations.min(PAUSE.after(tries - 1), left().dividedBy(3));
		try {
			this.ticker.sleep(Durations.max(SHORTEST_PAUSE, pause));
		}
		catch (InterruptedException ex) {
			this.interrupted = true;
			this.hurried = true;
		}
	}

}
