package io.airlockapp.gateway.client;

import org.springframework.web.client.RestClient;

/**
 * Callback interface that customizes the client of the gateway, and no other. Beans of
 * this type are applied in order, after the customizers for all clients of the
 * application. The request factory, the base URL, the message converters and the error
 * handling are set afterwards. Credentials are added only behind all interceptors.
 */
@FunctionalInterface
public interface AirlockGatewayRestClientCustomizer {

	/**
	 * Customize the client.
	 * @param restClientBuilder what the client is built with
	 */
	void customize(RestClient.Builder restClientBuilder);

}
