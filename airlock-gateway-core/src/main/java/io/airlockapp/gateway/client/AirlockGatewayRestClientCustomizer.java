/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import org.springframework.web.client.RestClient;

/**
 * Callback interface for customizing the client of the gateway only. Beans of this type
 * are applied in order, after the customizers for all clients of the application. The
 * request factory, the base URL, the message converters and the error handling cannot be
 * replaced. Credentials are added by the last interceptor, so that other interceptors do
 * not see them.
 */
@FunctionalInterface
public interface AirlockGatewayRestClientCustomizer {

	/**
	 * Customize the client.
	 * @param restClientBuilder the builder of the client
	 */
	void customize(RestClient.Builder restClientBuilder);

}
