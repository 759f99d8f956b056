/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalConsentException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.exchange.ExchangeReport.Standing;
import org.jspecify.annotations.Nullable;

/**
 * Creates the exceptions of an exchange that ends without a decision, which state only
 * confirmed facts. A few kinds of failures end an exchange before its deadline. All
 * others may be temporary, so the request is retried: approval may have been given in the
 * meantime.
 *
 * @param requestId the request's id
 */
public record ExchangeFailures(String requestId) {

	/**
	 * Return whether a failure of any request ends the exchange, although a decision may
	 * exist: the pairing is revoked, or consent or a signed-in user is missing.
	 * @param failure the failure
	 * @return whether it does
	 */
	static boolean isEnding(AirlockGatewayException failure) {
		return failure.isPairingRevoked() || failure.isConsentMissing()
				|| (failure.getStatus() == 0 && !failure.isTransient() && !failure.isCertificateRejected());
	}

	/**
	 * Return whether a failure shows that the gateway was not asked, or did not answer
	 * the question: the address is a wrong one, the certificate is not trusted, or the
	 * credentials are refused (even with a refreshed token). An intermediary may have
	 * responded.
	 * @param failure the failure
	 * @return whether it does
	 */
	public static boolean isRefused(AirlockGatewayException failure) {
		return isEnding(failure) || failure.isCertificateRejected() || failure.getStatus() / 100 == 3
				|| failure.getStatus() == 401 || (failure.getStatus() == 403 && !failure.isQuotaExceeded());
	}

	/**
	 * Return whether a failure of the submission ends the exchange: the gateway refuses
	 * the content, already holds the request with different content, or is not asked at
	 * all.
	 * @param failure the failure
	 * @param mayExist whether the gateway may hold the request by an earlier submission,
	 * so that a decision may exist
	 */
	static boolean isEndingAtSubmission(AirlockGatewayException failure, boolean mayExist) {
		return failure.getStatus() == 400 || failure.getStatus() == 422 || failure.isOtherContent()
				|| (mayExist ? isEnding(failure) : isRefused(failure));
	}

	/**
	 * Create the exception for an exchange without a decision.
	 * @param report the state of the exchange, or {@code null} if the request was never
	 * sent
	 * @param ending the failure that ended the exchange before its deadline, if any
	 * @param last the unresolved failure at the deadline, if any
	 */
	AirlockGatewayException undecided(@Nullable ExchangeReport report, @Nullable AirlockGatewayException ending,
			@Nullable AirlockGatewayException last) {
		if (report != null && report.standing() == Standing.DECIDED) {
			return decidedInVain("", report.failure());
		}
		AirlockGatewayException failure = (ending != null) ? ending : last;
		if (failure != null) {
			return unavailable(failure);
		}
		if (report == null) {
			return timeout("There was no time to send request %s");
		}
		return switch (report.standing()) {
			case WITHDRAWN -> timeout("No decision on request %s was made in time; it was withdrawn");
			case EXPIRED, CANCELLED -> ended(report.standing());
			case UNKNOWN -> lost();
			default -> timeout(
					"No decision on request %s was received in time; it could not be withdrawn and expires by itself");
		};
	}

	/**
	 * Create the exception for an exchange that ended at the gateway during the wait.
	 * @param standing the final state of the exchange
	 */
	AirlockGatewayException ended(Standing standing) {
		return switch (standing) {
			case EXPIRED -> timeout("The request %s expired at the gateway before a decision was made");
			case WITHDRAWN ->
				unavailable("The request %s was withdrawn at the gateway, and not by this exchange", null);
			case CANCELLED -> unavailable("The request %s was cancelled at the gateway", null);
			default -> lost();
		};
	}

	/**
	 * Create the exception for an exchange whose thread was interrupted.
	 * @param report the state of the exchange, or {@code null} if the request was never
	 * sent
	 * @param why the reason for the interrupt
	 */
	AirlockGatewayException interrupted(@Nullable ExchangeReport report, String why) {
		if (report == null) {
			// Nobody knows a request of this id
			return new ApprovalUnavailableException((why + ", so request %s was not sent").formatted(this.requestId),
					null, null);
		}
		return switch (report.standing()) {
			case DECIDED -> decidedInVain(why + ". ", report.failure());
			case WITHDRAWN -> unavailable(why + ", so request %s was withdrawn", null);
			default -> unavailable(why + "; request %s could not be withdrawn and expires by itself", report.failure());
		};
	}

	AirlockGatewayException notHandedOver() {
		return new AirlockGatewayException("The gateway does not deliver the decision", this.requestId, null);
	}

	AirlockGatewayException notKnown() {
		return new AirlockGatewayException("The request is unknown to the gateway", this.requestId, null);
	}

	private AirlockGatewayException decidedInVain(String prefix, @Nullable AirlockGatewayException failure) {
		String why = (failure != null) ? ": " + failure.getMessage() : "";
		return unavailable(
				prefix + "Request %s was decided, but the gateway did not hand over the decision in time" + why,
				failure);
	}

	private AirlockGatewayException lost() {
		return unavailable("The gateway no longer has the request %s: it was lost there", null);
	}

	private AirlockGatewayException timeout(String message) {
		return new ApprovalTimeoutException(message.replace("%s", this.requestId), this.requestId);
	}

	private AirlockGatewayException unavailable(String message, @Nullable AirlockGatewayException cause) {
		return new ApprovalUnavailableException(message.replace("%s", this.requestId), this.requestId, cause);
	}

	private AirlockGatewayException unavailable(AirlockGatewayException failure) {
		if (failure instanceof ApprovalUnavailableException || failure instanceof ApprovalTimeoutException) {
			return failure;
		}
		if (failure.isConsentMissing()) {
			return new ApprovalConsentException(failure, this.requestId);
		}
		return new ApprovalUnavailableException(
				FailureMessages.forFailure(failure) + " (request %s)".formatted(this.requestId), this.requestId,
				failure);
	}

}
