package io.airlockapp.gateway.client;

import java.time.InstantSource;
import java.util.List;

import io.airlockapp.gateway.harp.HarpJson;

import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/**
 * Makes an {@link AirlockGatewayApi} over a {@link RestClient}.
 */
public final class AirlockGatewayApiFactory {

	private AirlockGatewayApiFactory() {
	}

	/**
	 * Create the API. What the builder has is kept, but for the message converters: the
	 * wire's JSON is not the application's.
	 * @param builder a builder with base URL, request factory and identity
	 * @param clock the time against which a {@code Retry-After} date is read
	 * @return the API
	 */
	public static AirlockGatewayApi create(RestClient.Builder builder, InstantSource clock) {
		JacksonJsonHttpMessageConverter json = new JacksonJsonHttpMessageConverter(HarpJson.mapper());
		RestClient restClient = builder
			.configureMessageConverters((converters) -> converters.configureMessageConvertersList((list) -> {
				list.clear();
				list.addAll(List.of(json));
			}))
			.defaultStatusHandler((status) -> !status.is2xxSuccessful(), new GatewayErrorHandler(clock))
			.build();
		return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(restClient))
			.build()
			.createClient(AirlockGatewayApi.class);
	}

}
