/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Error response of the gateway, or of an intermediary between the gateway and this
 * application.
 *
 * @param status the HTTP status
 * @param code the gateway's code, such as {@code quota_exceeded}
 * @param message the gateway's message, safe to be logged but not trusted
 * @param requestId the id of the affected exchange
 * @param retryAfter the time to wait before a retry, as specified in the response
 * @param consentUrl the page on which the user can consent: an {@code https} or a
 * loopback URL
 */
public record GatewayError(int status, @Nullable String code, @Nullable String message, @Nullable String requestId,
		@Nullable Duration retryAfter, @Nullable String consentUrl) {

	/**
	 * Create an error without consent details.
	 * @param status the HTTP status
	 * @param code the gateway's code
	 * @param message the gateway's message, safe to be logged
	 * @param requestId the id of the affected exchange
	 * @param retryAfter the time to wait before a retry
	 */
	public GatewayError(int status, @Nullable String code, @Nullable String message, @Nullable String requestId,
			@Nullable Duration retryAfter) {
		this(status, code, message, requestId, retryAfter, null);
	}

}
