/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalConsentException;
import io.airlockapp.gateway.ConsentState;
import io.airlockapp.gateway.client.ConsentStatus;
import io.airlockapp.gateway.support.CoalescedResult;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether the user consented to this application. To spare the gateway's quota,
 * {@link #check()} caches the result for 60 seconds, or for 15 seconds if there is no
 * consent or the check failed. A result applies to the user whose token was sent.
 */
public final class ConsentCheck {

	private static final Duration TIME_TO_LIVE = Duration.ofSeconds(60);

	private static final Duration TIME_TO_LIVE_OF_FAILURES = Duration.ofSeconds(15);

	private final AirlockGatewayOperations gateway;

	private final Ticker ticker;

	private final CoalescedResult<Result> results = new CoalescedResult<>();

	private final Supplier<@Nullable Object> userKey;

	/**
	 * Create a check.
	 * @param gateway the gateway
	 * @param userKey the supplier of the key of the current thread's user, or of
	 * {@code null} if all requests are made for the same user
	 * @param ticker the ticker for elapsed time
	 */
	public ConsentCheck(AirlockGatewayOperations gateway, Supplier<@Nullable Object> userKey, Ticker ticker) {
		this.gateway = gateway;
		this.userKey = userKey;
		this.ticker = ticker;
	}

	/**
	 * Return the cached result, refreshing it if expired. Only one thread at a time sends
	 * a request; concurrent callers get the previous result, or a failure if there is
	 * none.
	 * @return {@code null} if the user consented, an {@link ApprovalConsentException} if
	 * not, or the failure of the request
	 */
	public @Nullable AirlockGatewayException check() {
		Object user = this.userKey.get();
		Result result = this.results.get((known) -> known.isFor(user) && !known.until().isOver(),
				(known) -> check(user, known));
		return (result != null && result.isFor(user)) ? result.failure()
				: new AirlockGatewayException("A request to the gateway is pending", null, null);
	}

	private Result check(@Nullable Object user, @Nullable Result known) {
		AirlockGatewayException failure = ask();
		if (failure != null && failure.isOwnLimit() && known != null && known.isFor(user)) {
			// No request was sent, so the previous result remains valid
			failure = known.failure();
		}
		return new Result(user, failure,
				Deadline.in((failure != null) ? TIME_TO_LIVE_OF_FAILURES : TIME_TO_LIVE, this.ticker));
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
		catch (Throwable ex) {
			return new AirlockGatewayException(
					"The request to the gateway failed: " + AirlockGatewayException.safeMessage(ex), null, ex);
		}
	}

	private record Result(@Nullable Object user, @Nullable AirlockGatewayException failure, Deadline until) {

		private boolean isFor(@Nullable Object other) {
			return Objects.equals(this.user, other);
		}

	}

}
