package io.airlockapp.gateway.client;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * An error that the gateway, or something between it and us, answered with.
 *
 * @param status the HTTP status
 * @param code the gateway's code, such as {@code quota_exceeded}
 * @param message the gateway's words, safe to be logged but not to be trusted
 * @param requestId the exchange it is about
 * @param retryAfter how long to wait, as the answer says
 * @param consentUrl where the user can consent
 */
public record GatewayError(int status, @Nullable String code, @Nullable String message, @Nullable String requestId,
		@Nullable Duration retryAfter, @Nullable String consentUrl) {
}
