/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.net.http.HttpClient;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.JdkClientHttpRequestFactory;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Redirects, which would carry credentials and approvals elsewhere.
 */
class RedirectTests {

	@RegisterExtension
	static final WireMockExtension gateway = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension elsewhere = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final GatewayApplication application = new GatewayApplication();

	private static AirlockGatewayTemplate template;

	private static AirlockGatewayTemplate followingTemplate;

	@BeforeAll
	static void startApplications() {
		template = application.withPat(gateway.baseUrl());
		followingTemplate = application.withPat(FollowingRedirects.class, gateway.baseUrl());
	}

	static Stream<Arguments> redirects() {
		return Arrays.stream(GatewayCall.values())
			.flatMap((call) -> IntStream.of(300, 301, 302, 303, 307, 308)
				.mapToObj((status) -> Arguments.of(call, status)));
	}

	@ParameterizedTest
	@MethodSource("redirects")
	void redirectIsNotFollowed(GatewayCall call, int status) {
		redirect(elsewhere.baseUrl() + "/v1", status);
		assertThatCallFails(call, template, status);
		assertThat(SentRequests.all(elsewhere)).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void redirectWithinGatewayIsNotFollowed(GatewayCall call) {
		redirect("/v2", 307);
		assertThatCallFails(call, template, 307);
		assertThat(SentRequests.all(gateway)).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource
	void redirectWhenApplicationFollowsRedirectsIsNotFollowed(GatewayCall call) {
		redirect(elsewhere.baseUrl() + "/v1", 302);
		assertThatCallFails(call, followingTemplate, 302);
		assertThat(SentRequests.all(elsewhere)).isEmpty();
	}

	private static void redirect(String location, int status) {
		gateway.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(status).withHeader("Location", location)));
		elsewhere.stubFor(any(anyUrl()).willReturn(
				aResponse().withStatus(200).withHeader("Content-Type", "application/json").withBody("{\"body\":{}}")));
	}

	private static void assertThatCallFails(GatewayCall call, AirlockGatewayTemplate template, int status) {
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(() -> call.on(template))
			.withMessageStartingWith("The gateway responded with " + status)
			.withMessageContaining("'airlock.gateway.base-url'")
			.satisfies((ex) -> assertThat(ex.getStatus()).isEqualTo(status));
	}

	@Configuration(proxyBeanMethods = false)
	static class FollowingRedirects {

		@Bean
		HttpClientSettings httpClientSettings() {
			return HttpClientSettings.defaults().withRedirects(HttpRedirects.FOLLOW);
		}

		@Bean
		RestClientCustomizer requestFactory() {
			HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();
			return (builder) -> builder.requestFactory(new JdkClientHttpRequestFactory(client));
		}

	}

}
