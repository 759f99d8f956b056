package io.airlockapp.gateway.client;

import java.time.InstantSource;
import java.util.function.Consumer;

import io.airlockapp.gateway.harp.HarpJson;

import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.client.RestClient;

/**
 * Factory for an {@link AirlockGatewayApi} that uses a {@link RestClient}.
 */
public final class AirlockGatewayApiFactory {

	/**
	 * Not before Spring Framework 7.0.3, which is Spring Boot 4.0.2.
	 */
	private static final boolean LISTS_CAN_BE_CONFIGURED = ClassUtils.hasMethod(HttpMessageConverters.Builder.class,
			"configureMessageConvertersList", Consumer.class);

	private AirlockGatewayApiFactory() {
	}

	/**
	 * Create the API. What the customizer sets is kept, but for the message converters,
	 * since the wire's JSON is not the application's, and for the handling of errors.
	 * @param builder a builder with base URL and request factory
	 * @param customizer adds the identity and whatever else the application wants
	 * @param clock the time against which a {@code Retry-After} date is read
	 * @return the API
	 */
	public static AirlockGatewayApi create(RestClient.Builder builder, Consumer<RestClient.Builder> customizer,
			InstantSource clock) {
		// The first handler for a status wins
		builder.defaultStatusHandler((status) -> !status.is2xxSuccessful(), new GatewayErrorHandler(clock));
		customizer.accept(builder);
		// Built at the first request, not while an application starts that may make none
		return new RestClientGatewayApi(SingletonSupplier.of(() -> build(builder)));
	}

	private static RestClient build(RestClient.Builder builder) {
		JacksonJsonHttpMessageConverter json = new JacksonJsonHttpMessageConverter(HarpJson.mapper());
		// The last configurer of converters wins
		return builder.configureMessageConverters((converters) -> useOnly(json, converters)).build();
	}

	private static void useOnly(HttpMessageConverter<?> json, HttpMessageConverters.ClientBuilder converters) {
		if (LISTS_CAN_BE_CONFIGURED) {
			converters.configureMessageConvertersList((list) -> {
				list.clear();
				list.add(json);
			});
		}
		else {
			converters.addCustomConverter(json);
		}
	}

}
