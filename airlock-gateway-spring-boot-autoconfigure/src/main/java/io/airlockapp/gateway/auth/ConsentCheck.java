package io.airlockapp.gateway.auth;

import java.time.Duration;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalConsentException;
import io.airlockapp.gateway.ConsentState;
import io.airlockapp.gateway.client.ConsentStatus;
import io.airlockapp.gateway.client.Deadline;
import io.airlockapp.gateway.client.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether the user consented to this application, but not more often than the quota
 * deserves.
 */
public final class ConsentCheck {

	private static final Duration TIME_TO_LIVE = Duration.ofSeconds(60);

	private static final Duration TIME_TO_LIVE_OF_FAILURES = Duration.ofSeconds(15);

	private final AirlockGatewayOperations gateway;

	private final Ticker ticker;

	private volatile @Nullable Answer last;

	/**
	 * Create a check.
	 * @param gateway the gateway
	 * @param ticker elapsed time
	 */
	public ConsentCheck(AirlockGatewayOperations gateway, Ticker ticker) {
		this.gateway = gateway;
		this.ticker = ticker;
	}

	/**
	 * Return what the gateway last said, which is a minute old at most, or a quarter of
	 * one if it was not a yes.
	 * @return {@code null} if the user consented, an {@link ApprovalConsentException} if
	 * not, or why the gateway could not be asked
	 */
	public @Nullable AirlockGatewayException check() {
		Answer answer = this.last;
		return (answer != null && !answer.until().isOver()) ? answer.failure() : checkNow();
	}

	/**
	 * Ask the gateway.
	 * @return {@code null} if the user consented, an {@link ApprovalConsentException} if
	 * not, or why the gateway could not be asked
	 */
	public @Nullable AirlockGatewayException checkNow() {
		AirlockGatewayException failure = ask();
		this.last = new Answer(failure,
				Deadline.in((failure != null) ? TIME_TO_LIVE_OF_FAILURES : TIME_TO_LIVE, this.ticker));
		return failure;
	}

	private @Nullable AirlockGatewayException ask() {
		try {
			ConsentStatus status = this.gateway.checkConsent();
			ConsentState missing = (status != null) ? ConsentState.ofWord(status.status()) : null;
			return (missing != null) ? new ApprovalConsentException(missing) : null;
		}
		catch (AirlockGatewayException ex) {
			return ex.isConsentMissing() ? new ApprovalConsentException(ex, null) : ex;
		}
	}

	private record Answer(@Nullable AirlockGatewayException failure, Deadline until) {
	}

}
