/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import io.airlockapp.gateway.AirlockGatewayException;

/**
 * Exception thrown while another instance of the application refreshes the access token.
 * This instance can use the result as well.
 */
final class RefreshInProgressException extends AirlockGatewayException {

	RefreshInProgressException() {
		super("Another instance of this application is refreshing the access token", null, null);
	}

}
