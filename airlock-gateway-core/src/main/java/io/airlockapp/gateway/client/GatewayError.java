package io.airlockapp.gateway.client;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Error response from the gateway, or from an intermediary between it and this
 * application.
 *
 * @param status the HTTP status
 * @param code the gateway's code, such as {@code quota_exceeded}
 * @param message the gateway's message, safe to be logged but not to be trusted
 * @param requestId the exchange it is about
 * @param retryAfter the time to wait before a retry, as sent in the response
 * @param consentUrl the page on which the user can consent: {@code https}, or on this
 * machine
 * @param appName the name under which the user is asked to consent, safe to be logged
 */
public record GatewayError(int status, @Nullable String code, @Nullable String message, @Nullable String requestId,
		@Nullable Duration retryAfter, @Nullable String consentUrl, @Nullable String appName) {

	/**
	 * Create an error that is not about consent.
	 * @param status the HTTP status
	 * @param code the gateway's code
	 * @param message the gateway's words, safe to be logged
	 * @param requestId the exchange it is about
	 * @param retryAfter how long to wait
	 */
	public GatewayError(int status, @Nullable String code, @Nullable String message, @Nullable String requestId,
			@Nullable Duration retryAfter) {
		this(status, code, message, requestId, retryAfter, null, null);
	}

	/**
	 * Return this error without a secret, should the gateway repeat it.
	 * @param secret the secret
	 * @return an error whose texts don't hold the secret
	 */
	public GatewayError without(String secret) {
		boolean repeated = this.consentUrl != null && this.consentUrl.contains(secret);
		return new GatewayError(this.status, mask(this.code, secret), mask(this.message, secret),
				mask(this.requestId, secret), this.retryAfter, repeated ? null : this.consentUrl,
				mask(this.appName, secret));
	}

	private static @Nullable String mask(@Nullable String text, String secret) {
		return (text != null) ? text.replace(secret, SafeText.MASK) : null;
	}

}
