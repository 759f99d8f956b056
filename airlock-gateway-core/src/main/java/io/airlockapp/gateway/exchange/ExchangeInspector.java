package io.airlockapp.gateway.exchange;

import java.time.Duration;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.client.ratelimit.CallPriority;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.client.ExchangeState;
import io.airlockapp.gateway.client.ExchangeStatus;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.exchange.ExchangeReport.Standing;

/**
 * Determines the state of an exchange, and fetches its decision if there is one: from the
 * status, or else by a wait, which returns a decision as often as requested. These
 * requests take precedence over those of exchanges that are still undecided.
 */
final class ExchangeInspector {

	private static final Duration HOLD = Duration.ofSeconds(1);

	private final ExchangeCalls calls;

	private final SealedArtifact artifact;

	private final Ticker ticker;

	ExchangeInspector(ExchangeCalls calls, SealedArtifact artifact, Ticker ticker) {
		this.calls = calls;
		this.artifact = artifact;
		this.ticker = ticker;
	}

	/**
	 * Inspect the exchange.
	 * @param left how much time there is
	 * @return where it stands; a failure of the gateway is part of that
	 */
	ExchangeReport inspect(Duration left) {
		ExchangeReport byStatus = askStatus(left);
		boolean settled = byStatus.delivery() != null || byStatus.isEnded() || byStatus.standing() == Standing.UNDECIDED
				|| byStatus.standing() == Standing.OTHER_CONTENT
				|| (byStatus.failure() != null && ExchangeFailures.isEnding(byStatus.failure()));
		return settled ? byStatus : askWait(byStatus, left);
	}

	private ExchangeReport askStatus(Duration left) {
		Duration share = ExchangeCalls.share(left);
		try {
			return report(this.calls.getStatus(this.artifact.requestId(), CallPriority.CONTROL, share,
					Deadline.in(share, this.ticker)));
		}
		catch (AirlockGatewayException ex) {
			return ExchangeReport.of((ex.getStatus() == 404) ? Standing.UNKNOWN : Standing.UNCLEAR, ex);
		}
	}

	private ExchangeReport report(ExchangeStatus status) {
		if (status.artifactHash() != null && !status.artifactHash().equals(this.artifact.hash())) {
			return ExchangeReport.of(Standing.OTHER_CONTENT);
		}
		Delivery delivery = Delivery.find(status, this.artifact.requestId());
		if (delivery != null) {
			return ExchangeReport.of(delivery);
		}
		ExchangeReport end = ExchangeReport.ofEnd(status.state());
		if (end != null) {
			return end;
		}
		if (status.state() == ExchangeState.PENDING_APPROVAL) {
			return ExchangeReport.of(Standing.UNDECIDED);
		}
		boolean decided = status.state() == ExchangeState.DECIDED || status.state() == ExchangeState.DELIVERED;
		return ExchangeReport.of(decided ? Standing.DECIDED : Standing.UNCLEAR);
	}

	private ExchangeReport askWait(ExchangeReport byStatus, Duration left) {
		Duration share = ExchangeCalls.share(left);
		try {
			Delivery delivery = this.calls.awaitDelivery(this.artifact.requestId(), HOLD, CallPriority.CONTROL, share,
					Deadline.in(share.plus(HOLD), this.ticker));
			if (delivery != null) {
				return ExchangeReport.of(delivery);
			}
			// A wait may hand a decision over once only, so the status has the last word
			boolean undecided = byStatus.failure() == null || byStatus.standing() == Standing.UNKNOWN;
			return (undecided && byStatus.standing() != Standing.DECIDED) ? ExchangeReport.of(Standing.UNDECIDED)
					: byStatus;
		}
		catch (AirlockGatewayException ex) {
			boolean gone = ex.getStatus() == 404 || ex.isExpired();
			Standing standing = (gone || byStatus.standing() == Standing.DECIDED) ? byStatus.standing()
					: Standing.UNCLEAR;
			return ExchangeReport.of(standing, ex);
		}
	}

}
