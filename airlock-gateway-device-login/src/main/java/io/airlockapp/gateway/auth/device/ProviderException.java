/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.io.IOException;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.client.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when the identity provider does not respond, responds with an error,
 * or cannot be trusted. The message contains no token and no code.
 */
final class ProviderException extends AirlockGatewayException {

	private final @Nullable String oauthError;

	private ProviderException(String message, @Nullable String oauthError, @Nullable Throwable cause) {
		super(message, null, cause);
		this.oauthError = oauthError;
	}

	static ProviderException unreachable(String whom, IOException cause) {
		return new ProviderException("%s cannot be reached: %s".formatted(whom, FailureMessages.describe(cause)), null,
				cause);
	}

	/**
	 * Return the failure of a request that asked the gateway for the identity provider.
	 * Its status is left out: it is not that of the request that needs the access token,
	 * whose approval it would end.
	 */
	static ProviderException notNamed(AirlockGatewayException failure) {
		return new ProviderException(failure.getMessage() + " (asked for the identity provider)", null,
				failure.getCause());
	}

	static ProviderException invalid(String message) {
		return new ProviderException(message, null, null);
	}

	static ProviderException refused(int status, @Nullable String oauthError) {
		String error = (oauthError != null) ? " (%s)".formatted(SafeText.of(oauthError)) : "";
		return new ProviderException("The identity provider responded with %s%s".formatted(status, error), oauthError,
				null);
	}

	/**
	 * Return whether the response was the given OAuth error.
	 */
	boolean is(String error) {
		return error.equals(this.oauthError);
	}

	/**
	 * Return whether the response was an OAuth error other than a temporary failure of
	 * the server.
	 */
	boolean isResponse() {
		return this.oauthError != null && !is("server_error") && !is("temporarily_unavailable");
	}

}
