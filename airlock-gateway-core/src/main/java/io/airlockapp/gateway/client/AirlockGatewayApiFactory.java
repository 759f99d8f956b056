/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

import io.airlockapp.gateway.harp.HarpJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

import org.springframework.core.ResolvableType;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.converter.HttpMessageConversionException;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.client.ApiVersionInserter;
import org.springframework.web.client.RestClient;
import org.springframework.web.util.DefaultUriBuilderFactory;

/**
 * Factory for an {@link AirlockGatewayApi} that uses a {@link RestClient}.
 */
public final class AirlockGatewayApiFactory {

	/**
	 * Supported since Spring Framework 7.0.3 (Spring Boot 4.0.2).
	 */
	private static final boolean LISTS_CAN_BE_CONFIGURED = ClassUtils.hasMethod(HttpMessageConverters.Builder.class,
			"configureMessageConvertersList", Consumer.class);

	private AirlockGatewayApiFactory() {
	}

	/**
	 * Create the API. The settings of the customizer are preserved except for the
	 * address, the message converters, since the wire format is independent of the
	 * application's JSON, and the error handling.
	 * @param baseUrl the base URL of the gateway
	 * @param requestFactory the factory of the requests
	 * @param customizer the customizer that adds the application's settings
	 * @param identity the customizer that adds the identity, to a builder that the other
	 * one does not see
	 * @return the API
	 */
	public static AirlockGatewayApi create(URI baseUrl, ClientHttpRequestFactory requestFactory,
			Consumer<RestClient.Builder> customizer, Consumer<RestClient.Builder> identity) {
		RestClient.Builder builder = RestClient.builder().requestFactory(requestFactory).baseUrl(baseUrl);
		// The first handler for a status takes precedence, so it is registered before the
		// customizer's, which could also refuse a decision
		builder.defaultStatusHandler((status) -> !status.is2xxSuccessful(), new GatewayErrorHandler());
		builder.defaultStatusHandler(HttpStatusCode::is2xxSuccessful, (request, response) -> {
		});
		customizer.accept(builder);
		// Set these after the customizer, which must not redirect credentials to another
		// server, or expose them by the builder that it has seen
		RestClient.Builder own = builder.clone()
			.requestFactory(requestFactory)
			.uriBuilderFactory(new DefaultUriBuilderFactory(baseUrl.toString()))
			.apiVersionInserter(new ApiVersionInserter() {
			});
		identity.accept(own);
		// Built for the first request, since an application may never send one
		return new RestClientGatewayApi(SingletonSupplier.of(() -> build(own)));
	}

	private static RestClient build(RestClient.Builder builder) {
		JsonMapper mapper = HarpJson.mapper()
			.rebuild()
			.enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
			.enable(EnumFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE, EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
			.addModule(new SimpleModule().addDeserializer(Instant.class, new GatewayTimeDeserializer()))
			.build();
		JacksonJsonHttpMessageConverter json = new DiscreetConverter(mapper);
		// The last configurer of converters takes precedence
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

	/**
	 * {@link JacksonJsonHttpMessageConverter} whose exceptions contain no part of a
	 * response, since an observation of the request reports them: a gateway could repeat
	 * the credentials of a request.
	 */
	private static final class DiscreetConverter extends JacksonJsonHttpMessageConverter {

		DiscreetConverter(JsonMapper mapper) {
			super(mapper);
		}

		@Override
		public Object read(ResolvableType type, HttpInputMessage response, @Nullable Map<String, Object> hints)
				throws IOException {
			try {
				return super.read(type, response, hints);
			}
			catch (HttpMessageConversionException ex) {
				throw new HttpMessageNotReadableException("The response is not valid JSON of its type", response);
			}
		}

	}

}
