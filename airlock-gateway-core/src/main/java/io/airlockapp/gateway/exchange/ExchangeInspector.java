/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.client.ExchangeState;
import io.airlockapp.gateway.client.ExchangeStatus;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import io.airlockapp.gateway.exchange.ExchangeReport.Standing;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Determines the state of an exchange by its status and, if the status leaves it open, by
 * a short wait. Its requests have a higher priority than waits for undecided exchanges.
 *
 * @param client the client
 * @param requestId the request's id
 * @param hash the artifact hash
 * @param signed whether a decision in a status is used, which is whether it verifies; any
 * other one is requested by a wait, which shows it as it was signed
 * @param ticker the ticker for elapsed time
 */
public record ExchangeInspector(ExchangeClient client, String requestId, String hash,
		Predicate<ReceivedDecision> signed, Ticker ticker) {

	private static final Duration SHORT_HOLD = Duration.ofSeconds(1);

	private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(30);

	/**
	 * Request the state of the exchange and an existing decision, without waiting for the
	 * approver.
	 * @param left the available time, or {@code null} to wait for turns as long as
	 * requests for undecided exchanges
	 * @return the state of the exchange, including any failure of the request
	 */
	public ExchangeReport inspect(@Nullable Duration left) {
		ExchangeReport byStatus = askStatus(left);
		boolean settled = byStatus.delivery() != null || byStatus.isEnded() || byStatus.standing() == Standing.UNDECIDED
				|| byStatus.standing() == Standing.OTHER_CONTENT
				|| (byStatus.failure() != null && ExchangeFailures.isEnding(byStatus.failure()));
		return settled ? byStatus : askWait(byStatus, left);
	}

	private ExchangeReport askStatus(@Nullable Duration left) {
		try {
			return report(this.client.getStatus(this.requestId, RequestPriority.CONTROL, patience(left),
					deadline(left, Duration.ZERO)));
		}
		catch (AirlockGatewayException ex) {
			return ExchangeReport.of((ex.getStatus() == 404) ? Standing.UNKNOWN : Standing.UNCLEAR, ex);
		}
	}

	private ExchangeReport report(ExchangeStatus status) {
		if (status.artifactHash() != null && !status.artifactHash().equalsIgnoreCase(this.hash)) {
			return ExchangeReport.of(Standing.OTHER_CONTENT);
		}
		ReceivedDecision delivery = ReceivedDecision.find(status, this.requestId, this.client.now());
		if (delivery != null && this.signed.test(delivery)) {
			return ExchangeReport.of(delivery);
		}
		return ExchangeReport.of(switch (Objects.requireNonNullElse(status.state(), ExchangeState.UNKNOWN)) {
			case PENDING_APPROVAL -> Standing.UNDECIDED;
			case DECIDED, DELIVERED -> Standing.DECIDED;
			case EXPIRED -> Standing.EXPIRED;
			case WITHDRAWN -> Standing.WITHDRAWN;
			case CANCELLED -> Standing.CANCELLED;
			case UNKNOWN -> Standing.UNCLEAR;
		});
	}

	private ExchangeReport askWait(ExchangeReport byStatus, @Nullable Duration left) {
		try {
			ReceivedDecision delivery = this.client.awaitDelivery(this.requestId, SHORT_HOLD, RequestPriority.CONTROL,
					patience(left), deadline(left, SHORT_HOLD));
			if (delivery != null) {
				return ExchangeReport.of(delivery);
			}
			// The status takes precedence, since a wait may deliver a decision only once
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

	private static Duration patience(@Nullable Duration left) {
		return (left != null) ? ExchangeClient.share(left) : LONGEST_PATIENCE;
	}

	private @Nullable Deadline deadline(@Nullable Duration left, Duration hold) {
		return (left != null) ? Deadline.in(ExchangeClient.share(left).plus(hold), this.ticker) : null;
	}

}
