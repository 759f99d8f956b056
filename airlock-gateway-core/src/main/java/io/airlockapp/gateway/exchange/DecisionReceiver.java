/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.function.Predicate;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import io.airlockapp.gateway.exchange.ExchangeReport.Standing;
import io.airlockapp.gateway.support.Durations;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WaitScope;
import org.jspecify.annotations.Nullable;

/**
 * Receives a decision by requests that the gateway holds until there is one. A failed
 * request may have consumed the decision. Therefore, the status of the exchange is
 * requested after a failure, and then another wait if necessary, since the gateway
 * returns a decision repeatedly. These requests have a higher priority than those of
 * undecided exchanges.
 */
final class DecisionReceiver {

	private static final Duration MIN_POLL_INTERVAL = Duration.ofSeconds(1);

	private static final Duration MIN_HOLD = Duration.ofSeconds(5);

	private final ExchangeClient client;

	private final EncryptedArtifact artifact;

	private final ApprovalDeadline deadline;

	private final ExchangeRetries retries;

	private final Ticker ticker;

	private final ExchangeFailures failures;

	private final ExchangeInspector inspector;

	private Duration hold;

	private boolean unknownBefore;

	private boolean deliveryInDoubt;

	private boolean decided;

	/**
	 * Create a receiver.
	 * @param deadline the time until which a decision is accepted
	 * @param signed whether a decision in a status verifies
	 * @param hold the time for which the gateway may hold a request
	 * @param retries the retries to reset after successful requests
	 */
	DecisionReceiver(ExchangeClient client, EncryptedArtifact artifact, ApprovalDeadline deadline,
			Predicate<ReceivedDecision> signed, Duration hold, ExchangeRetries retries, Ticker ticker) {
		this.client = client;
		this.artifact = artifact;
		this.deadline = deadline;
		this.hold = hold;
		this.retries = retries;
		this.ticker = ticker;
		this.failures = new ExchangeFailures(artifact.requestId());
		this.inspector = new ExchangeInspector(client, artifact.requestId(), artifact.hash(), signed, ticker);
	}

	/**
	 * Wait once for the decision, but not beyond the deadline of the exchange.
	 * @return the resulting state of the exchange, with the decision if there is one;
	 * {@code UNKNOWN} causes the request to be submitted again, and a failure causes a
	 * pause before the next wait
	 * @throws InterruptedException if the thread is interrupted
	 */
	ExchangeReport receive() throws InterruptedException {
		return this.decided ? inspectAfter(null) : poll();
	}

	/**
	 * Request the state of the exchange and an existing decision, without waiting for the
	 * approver.
	 * @param left the available time
	 * @return the state of the exchange, including any failure of the request
	 */
	ExchangeReport inspect(Duration left) {
		ExchangeReport report = this.inspector.inspect(left);
		this.decided |= report.standing() == Standing.DECIDED;
		return report;
	}

	private ExchangeReport poll() throws InterruptedException {
		long start = this.ticker.nanoTime();
		try {
			ReceivedDecision delivery = this.client.awaitDelivery(this.artifact.requestId(), holdTime(),
					RequestPriority.WAIT, this.deadline.waiting().remaining(), this.deadline.requests());
			this.unknownBefore = false;
			this.retries.reset();
			if (delivery != null) {
				return ExchangeReport.of(delivery);
			}
		}
		catch (AirlockGatewayException ex) {
			return pollFailed(ex, Duration.ofNanos(this.ticker.nanoTime() - start));
		}
		if (this.deliveryInDoubt) {
			return inspectAfter(null);
		}
		// The gateway responded before the end of the hold time
		this.retries.pause(MIN_POLL_INTERVAL.minusNanos(this.ticker.nanoTime() - start));
		return ExchangeReport.of(Standing.UNDECIDED);
	}

	private ExchangeReport pollFailed(AirlockGatewayException ex, Duration elapsed) {
		if (ex.getStatus() == 404 || ex.isExpired()) {
			return inspectAfter(ex);
		}
		if (ex.getStatus() == 0 && this.deadline.requests().isOver() && !WaitScope.isInterrupted()) {
			// The request ended at its own deadline
			return ExchangeReport.of(Standing.UNDECIDED);
		}
		// The gateway may have delivered a decision that was not received
		this.deliveryInDoubt |= !ex.isQuotaExceeded();
		shortenHold(ex, elapsed);
		return ExchangeReport.of(Standing.UNCLEAR, ex);
	}

	/**
	 * Request the state of the exchange.
	 * @param doubt the failure that caused the request, if any
	 */
	private ExchangeReport inspectAfter(@Nullable AirlockGatewayException doubt) {
		ExchangeReport report = inspect(this.deadline.waiting().remaining());
		if (report.delivery() != null || report.isEnded()) {
			return report;
		}
		return switch (report.standing()) {
			case DECIDED -> report.orFailure(this.failures.notHandedOver());
			case UNKNOWN -> {
				boolean again = this.unknownBefore;
				this.unknownBefore = true;
				yield again ? report.orFailure(this.failures.notKnown()) : ExchangeReport.of(Standing.UNKNOWN);
			}
			case UNCLEAR -> {
				this.deliveryInDoubt = true;
				yield report.orFailure(this.failures.notHandedOver());
			}
			default -> {
				this.deliveryInDoubt = false;
				yield ExchangeReport.of(report.standing(), doubt);
			}
		};
	}

	private Duration holdTime() {
		long left = this.deadline.waiting().remaining().plusMillis(500).toSeconds();
		return Duration.ofSeconds(Math.max(1, Math.min(left, this.hold.toSeconds())));
	}

	/**
	 * Shorten the hold time, since proxies may cut requests that are held for longer than
	 * they allow.
	 */
	private void shortenHold(AirlockGatewayException failure, Duration elapsed) {
		boolean cut = failure.isTransient() && !failure.isQuotaExceeded() && elapsed.compareTo(MIN_HOLD) > 0;
		if (cut && elapsed.compareTo(this.hold) < 0) {
			this.hold = Durations.max(elapsed.multipliedBy(3).dividedBy(4), MIN_HOLD);
		}
	}

}
