package io.airlockapp.gateway.auth.device;

import io.airlockapp.gateway.AirlockGatewayException;

/**
 * Thrown while another instance of the application renews the access token, whose result
 * will do for this one too.
 */
@SuppressWarnings("serial")
final class RenewalElsewhereException extends AirlockGatewayException {

	RenewalElsewhereException() {
		super("Another instance of this application is renewing the access token", null, null);
	}

}
