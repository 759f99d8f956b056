package io.airlockapp.gateway.client;

import org.springframework.web.client.RestClient;

/**
 * Customizes the client of the gateway, and no other. Beans of this type are applied in
 * their order, after what customizes all clients of the application. The request factory,
 * the base URL, the message converters and the handling of errors are set afterwards, and
 * credentials are added only behind all interceptors.
 */
@FunctionalInterface
public interface AirlockGatewayRestClientCustomizer {

	/**
	 * Customize the client.
	 * @param restClientBuilder what the client is built with
	 */
	void customize(RestClient.Builder restClientBuilder);

}
