/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayConnectionDetails;
import io.airlockapp.gateway.client.AirlockGatewayRestClientCustomizer;
import io.airlockapp.gateway.client.GatewayApplication;
import io.airlockapp.gateway.client.SentRequests;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.support.HttpRequestWrapper;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which credentials travel, and where to.
 */
class IdentityTests {

	private static final List<String> IDENTITY_HEADERS = List.of("X-PAT", "Authorization", "X-Client-Id",
			"X-Client-Secret", "Origin");

	@RegisterExtension
	static final WireMockExtension gateway = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final WireMockExtension elsewhere = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final GatewayApplication application = new GatewayApplication();

	@BeforeEach
	void answer() {
		gateway.stubFor(any(anyUrl()).willReturn(okJson("{}")));
		elsewhere.stubFor(any(anyUrl()).willReturn(okJson("{}")));
	}

	static Stream<Arguments> identities() {
		return Stream.of(Arguments.of(List.of("pat=airpat_1"), Map.of("X-PAT", "airpat_1")),
				Arguments.of(List.of("bearer-token=jwt-1"), Map.of("Authorization", "Bearer jwt-1")),
				Arguments.of(List.of("pat=airpat_1", "bearer-token=jwt-1"), Map.of("X-PAT", "airpat_1")),
				Arguments.of(List.of("client-id=c-1", "client-secret=s-1"),
						Map.of("X-Client-Id", "c-1", "X-Client-Secret", "s-1")),
				Arguments.of(List.of("client-id=c-1", "origin=https://app.example.org"),
						Map.of("X-Client-Id", "c-1", "Origin", "https://app.example.org")),
				Arguments.of(List.of("pat=airpat_1", "client-id=c-1", "client-secret=s-1"),
						Map.of("X-PAT", "airpat_1", "X-Client-Id", "c-1", "X-Client-Secret", "s-1")),
				Arguments.of(List.of("bearer-token=jwt-1", "client-id=c-1", "origin=https://app.example.org"), Map
					.of("Authorization", "Bearer jwt-1", "X-Client-Id", "c-1", "Origin", "https://app.example.org")));
	}

	@ParameterizedTest
	@MethodSource("identities")
	void credentialsAreSentWithEachRequest(List<String> credentials, Map<String, String> headers) {
		AirlockGatewayTemplate template = template(GatewayApplication.Plain.class, credentials);
		template.echo();
		template.withdraw("req-1");
		template.revokePairing("routing-1");
		assertThat(SentRequests.all(gateway)).hasSize(3)
			.allSatisfy((request) -> assertThatOnlyIdentityIs(request, headers));
	}

	@Test
	void sendsNothingWithoutCredentials() {
		AirlockGatewayTemplate template = template(Anonymous.class, List.of());
		template.echo();
		template.withdraw("req-1");
		assertThat(SentRequests.all(gateway)).hasSize(2)
			.allSatisfy((request) -> assertThatOnlyIdentityIs(request, Map.of()));
	}

	@Test
	void credentialsReplaceHeadersOfApplication() {
		template(OwnHeaders.class, List.of("pat=airpat_1", "client-id=c-1", "client-secret=s-1")).echo();
		assertThatOnlyIdentityIs(SentRequests.only(gateway),
				Map.of("X-PAT", "airpat_1", "X-Client-Id", "c-1", "X-Client-Secret", "s-1"));
	}

	@Test
	void credentialsForOtherServersAreNotSentToGateway() {
		template(ElsewhereKnown.class, List.of("pat=airpat_1")).echo();
		LoggedRequest request = SentRequests.only(gateway);
		assertThatOnlyIdentityIs(request, Map.of("X-PAT", "airpat_1", "X-Of-Gateway", "here", "X-Seen", "all"));
		assertThat(request.containsHeader("X-Partner-Key")).isFalse();
		assertThat(request.getCookies()).isEmpty();
	}

	@Test
	void interceptorsOfApplicationDoNotSeeCredentials() {
		template(Logging.class, List.of("pat=airpat_1", "client-id=c-1", "client-secret=s-1")).echo();
		assertThatOnlyIdentityIs(SentRequests.only(gateway),
				Map.of("X-PAT", "airpat_1", "X-Client-Id", "c-1", "X-Client-Secret", "s-1", "X-Seen", "false"));
	}

	@Test
	void credentialsWhenApplicationChangesBaseUrlAreSentToConfiguredOne() {
		template(OtherBaseUrl.class, List.of("pat=airpat_1")).echo();
		assertThat(SentRequests.only(gateway).getHeader("X-PAT")).isEqualTo("airpat_1");
		assertThat(SentRequests.all(elsewhere)).isEmpty();
	}

	@Test
	void callWhenInterceptorChangesOriginThrows() {
		AirlockGatewayTemplate template = template(OtherRequestUri.class, List.of("pat=airpat_1"));
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(template::echo)
			.withMessageContaining("only sent to the origin of its base URL")
			.withMessageNotContaining("airpat_1");
		assertThat(SentRequests.all(elsewhere)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "HTTP://LocalHost:%d", "http://LOCALHOST:%d/", "http://127.0.0.1:%d" })
	void credentialsAreSentForAnySpellingOfBaseUrl(String baseUrl) {
		application.withPat(baseUrl.formatted(gateway.getPort()), "airlock.gateway.allow-insecure-http=true").echo();
		assertThat(SentRequests.only(gateway).getHeader("X-PAT")).isEqualTo(GatewayApplication.PAT);
	}

	private AirlockGatewayTemplate template(Class<?> configuration, List<String> credentials) {
		return application.with(configuration, gateway.baseUrl(),
				Stream
					.concat(credentials.stream().map("airlock.gateway.auth."::concat),
							Stream.of("elsewhere=" + elsewhere.baseUrl()))
					.toArray(String[]::new));
	}

	private static void assertThatOnlyIdentityIs(LoggedRequest request, Map<String, String> headers) {
		headers.forEach((name, value) -> assertThat(request.header(name).values()).containsExactly(value));
		assertThat(IDENTITY_HEADERS).filteredOn(request::containsHeader).isSubsetOf(headers.keySet());
	}

	@Configuration(proxyBeanMethods = false)
	static class Anonymous {

		@Bean
		AirlockGatewayConnectionDetails connectionDetails(@Value("${airlock.gateway.base-url}") URI baseUrl) {
			return new AirlockGatewayConnectionDetails() {

				@Override
				public URI getBaseUrl() {
					return baseUrl;
				}

				@Override
				public GatewayCredentials getCredentials() {
					return GatewayCredentials.NONE;
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnHeaders {

		@Bean
		AirlockGatewayRestClientCustomizer headers() {
			return (builder) -> builder.defaultHeader("X-PAT", "airpat_2")
				.defaultHeader("X-Client-Id", "c-2")
				.defaultHeader("X-Client-Secret", "s-2");
		}

	}

	/**
	 * What it adds for others is none of the gateway's business.
	 */
	@Configuration(proxyBeanMethods = false)
	static class ElsewhereKnown {

		@Bean
		RestClientCustomizer credentialsForOthers() {
			return (builder) -> builder.defaultHeader("Authorization", "Bearer partner")
				.defaultHeader("X-Partner-Key", "partner")
				.defaultCookie("session", "partner")
				.requestInterceptor((request, body, execution) -> {
					request.getHeaders().setBearerAuth("user");
					request.getHeaders().set("Cookie", "session=user");
					request.getHeaders().set("X-Seen", "all");
					return execution.execute(request, body);
				});
		}

		@Bean
		AirlockGatewayRestClientCustomizer headerForTheGateway() {
			return (builder) -> builder.defaultHeader("X-Of-Gateway", "here");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Logging {

		@Bean
		RestClientCustomizer logging() {
			return (builder) -> builder.requestInterceptor((request, body, execution) -> {
				boolean seen = IDENTITY_HEADERS.stream().anyMatch(request.getHeaders()::containsHeader);
				request.getHeaders().set("X-Seen", String.valueOf(seen));
				return execution.execute(request, body);
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherBaseUrl {

		@Bean
		RestClientCustomizer baseUrl(@Value("${elsewhere}") String elsewhere) {
			return (builder) -> builder.baseUrl(elsewhere);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherRequestUri {

		@Bean
		RestClientCustomizer requestUri(@Value("${elsewhere}") URI elsewhere) {
			return (builder) -> builder
				.requestInterceptor((request, body, execution) -> execution.execute(new HttpRequestWrapper(request) {

					@Override
					public URI getURI() {
						return elsewhere.resolve("/echo");
					}

				}, body));
		}

	}

}
