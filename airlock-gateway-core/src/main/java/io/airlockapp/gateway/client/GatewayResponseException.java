/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import org.springframework.web.client.RestClientException;

/**
 * Exception thrown when the gateway responds with a status other than 2xx.
 */
public class GatewayResponseException extends RestClientException {

	private final transient GatewayError error;

	/**
	 * Create an exception.
	 * @param error the decoded error
	 */
	public GatewayResponseException(GatewayError error) {
		super("The gateway responded with %s%s".formatted(error.status(),
				(error.code() != null) ? " (" + error.code() + ")" : ""));
		this.error = error;
	}

	/**
	 * Return the decoded error.
	 * @return the error
	 */
	public GatewayError getError() {
		return this.error;
	}

}
