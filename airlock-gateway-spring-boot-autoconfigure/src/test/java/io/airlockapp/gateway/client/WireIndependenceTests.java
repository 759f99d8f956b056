/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.auth.IdentityInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.converter.StringHttpMessageConverter;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.client.ApiVersionInserter;
import org.springframework.web.client.RestClient;
import org.springframework.web.util.DefaultUriBuilderFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Applications with ways of their own, which must not change what travels.
 */
class WireIndependenceTests extends AbstractEndpointTests {

	@RegisterExtension
	static final GatewayApplication application = new GatewayApplication();

	@ParameterizedTest
	@ValueSource(classes = { OwnMapper.class, OwnMapperCustomizer.class, OwnConverters.class, OwnConverterList.class })
	void sentJsonIsIndependentOfApplication(Class<?> configuration) {
		answer(200, "{}");
		template(configuration)
			.claimPairing(new PairingClaim("123456", "device-1", "refunds", "Refunds", "payments", null, null));
		assertPost("/v1/pairing/claim", """
				{"pairingCode":"123456","deviceId":"device-1","enforcerId":"refunds","enforcerLabel":"Refunds",
				"workspaceName":"payments"}""");
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnMapper.class, OwnMapperCustomizer.class, OwnConverters.class, OwnConverterList.class })
	void responseIsReadIndependentlyOfApplication(Class<?> configuration) {
		answer(200, """
				{"pairingNonce":"nonce-1","state":"completed","routingToken":"routing-1","routing_token":"other",
				"expiresAt":"2026-11-24T10:10:00Z","unknown":1}""");
		assertThat(template(configuration).getPairingStatus("nonce-1")).isEqualTo(new PairingStatus("nonce-1",
				PairingState.COMPLETED, null, "routing-1", Instant.parse("2026-11-24T10:10:00Z")));
		answer(200, "{\"state\":\"completed\",\"state\":\"expired\"}");
		assertThatExceptionOfType(AirlockGatewayException.class)
			.isThrownBy(() -> template(configuration).getPairingStatus("nonce-1"))
			.withMessage("The gateway's response cannot be read");
	}

	@Test
	void headersOfApplicationForGatewayAreSent() {
		answer(200, "{}");
		template(OwnHeader.class).echo();
		assertThat(SentRequests.only(gateway).getHeader("X-Application")).isEqualTo("refund-desk");
		assertThat(SentRequests.only(gateway).getHeader("X-PAT")).isEqualTo(GatewayApplication.PAT);
	}

	@Test
	void doesNotUseTheApplicationsRequestFactory() {
		answer(200, "{}");
		template(OwnRequestFactory.class).echo();
		assertThat(SentRequests.only(gateway).containsHeader("X-Factory")).isFalse();
		assertThat(SentRequests.only(gateway).getHeader("X-PAT")).isEqualTo(GatewayApplication.PAT);
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnUriBuilderFactory.class, OwnApiVersion.class })
	void sendsToTheConfiguredAddress(Class<?> configuration) {
		answer(200, "{}");
		template(configuration).echo();
		assertThat(SentRequests.only(gateway).getUrl()).isEqualTo("/echo");
	}

	@Test
	void doesNotHandOutItsBuilder() {
		answer(200, "{}");
		AirlockGatewayTemplate template = template(KeptBuilder.class);
		KeptBuilder.builder.requestInterceptor((request, body, execution) -> {
			throw new AssertionError("sees the credentials");
		});
		template.echo();
		KeptBuilder.builder.requestInterceptors((interceptors) -> assertThat(interceptors).isNotEmpty()
			.doesNotHaveAnyElementsOfTypes(IdentityInterceptor.class));
	}

	@Test
	void responseRefusedByErrorHandlerOfApplicationIsRead() {
		answer(200, "{}");
		template(StrictErrorHandler.class).echo();
		assertThat(SentRequests.only(gateway).getUrl()).isEqualTo("/echo");
	}

	@ParameterizedTest
	@ValueSource(classes = { StrictErrorHandler.class, LenientErrorHandler.class })
	void errorsAreReportedDespiteErrorHandlerOfApplication(Class<?> configuration) {
		answer(409, "{\"code\":\"AlreadyDecidedConflict\",\"message\":\"Too late.\"}");
		AirlockGatewayTemplate template = template(configuration);
		for (GatewayCall call : GatewayCall.values()) {
			String text = call.isQuoted() ? ": Too late." : "";
			assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(() -> call.on(template))
				.withMessage("The gateway responded with 409 (AlreadyDecidedConflict)" + text);
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { StrictErrorHandler.class, LenientErrorHandler.class })
	void redirectsAreReportedAsErrors(Class<?> configuration) {
		answer(302, "{}");
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(template(configuration)::echo)
			.satisfies((ex) -> assertThat(ex.getStatus()).isEqualTo(302));
	}

	private static AirlockGatewayTemplate template(Class<?> configuration) {
		return application.withPat(configuration, gateway.baseUrl(), "airlock.gateway.auth.client-id=client-1",
				"airlock.gateway.auth.client-secret=secret-1");
	}

	private static JsonMapper.Builder customize(JsonMapper.Builder builder) {
		return builder.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
			.enable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
			.enable(EnumFeature.WRITE_ENUMS_USING_INDEX)
			.enable(SerializationFeature.WRAP_ROOT_VALUE)
			.changeDefaultPropertyInclusion(
					(inclusion) -> JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnMapper {

		@Bean
		JsonMapper jsonMapper() {
			return customize(JsonMapper.builder()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnMapperCustomizer {

		@Bean
		JsonMapperBuilderCustomizer mapperCustomizer() {
			return WireIndependenceTests::customize;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnConverters {

		@Bean
		RestClientCustomizer converters() {
			return (builder) -> builder.configureMessageConverters((converters) -> converters
				.withJsonConverter(new JacksonJsonHttpMessageConverter(customize(JsonMapper.builder())))
				.addCustomConverter(new StringHttpMessageConverter()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnConverterList {

		@Bean
		RestClientCustomizer converters() {
			return (builder) -> builder
				.configureMessageConverters((converters) -> converters.configureMessageConvertersList(
						(list) -> list.add(0, new JacksonJsonHttpMessageConverter(customize(JsonMapper.builder())))));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnHeader {

		@Bean
		AirlockGatewayRestClientCustomizer header() {
			return (builder) -> builder.defaultHeader("X-Application", "refund-desk");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRequestFactory {

		@Bean
		RestClientCustomizer requestFactory() {
			JdkClientHttpRequestFactory delegate = new JdkClientHttpRequestFactory();
			return (builder) -> builder.requestFactory((uri, method) -> {
				ClientHttpRequest request = delegate.createRequest(uri, method);
				request.getHeaders().set("X-Factory", "own");
				return request;
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnUriBuilderFactory {

		@Bean
		RestClientCustomizer uriBuilderFactory() {
			return (builder) -> builder.uriBuilderFactory(new DefaultUriBuilderFactory("http://localhost:1"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnApiVersion {

		@Bean
		RestClientCustomizer apiVersion() {
			return (builder) -> builder.defaultApiVersion("2").apiVersionInserter(ApiVersionInserter.usePathSegment(0));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class KeptBuilder {

		private static RestClient.Builder builder;

		@Bean
		AirlockGatewayRestClientCustomizer kept() {
			return (customized) -> builder = customized;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class StrictErrorHandler {

		@Bean
		RestClientCustomizer errors() {
			return (builder) -> builder.defaultStatusHandler((status) -> true, (request, response) -> {
				throw new IllegalStateException("Not expected: " + response.getStatusCode());
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LenientErrorHandler {

		@Bean
		RestClientCustomizer errors() {
			return (builder) -> builder.defaultStatusHandler((status) -> true, (request, response) -> {
			});
		}

	}

}
