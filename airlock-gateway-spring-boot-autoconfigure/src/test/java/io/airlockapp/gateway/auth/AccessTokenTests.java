/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.client.GatewayApplication;
import io.airlockapp.gateway.client.Heartbeat;
import io.airlockapp.gateway.client.SentRequests;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the access tokens of an {@link AccessTokenSource} on the wire.
 */
class AccessTokenTests {

	@RegisterExtension
	static final WireMockExtension gateway = WireMockExtension.newInstance().build();

	@RegisterExtension
	static final GatewayApplication application = new GatewayApplication();

	private static final ScriptedSource source = new ScriptedSource();

	@BeforeEach
	void acceptEveryTokenThatIsNotOld() {
		source.reset();
		gateway.stubFor(any(anyUrl()).willReturn(okJson("{}")));
		gateway.stubFor(any(anyUrl()).withHeader("Authorization", equalTo("Bearer old"))
			.willReturn(jsonResponse("{\"error\":\"unauthorized\",\"message\":\"old\"}", 401)));
	}

	@Test
	void tokenIsObtainedForEachCall() {
		source.current("jwt-1", "jwt-2");
		AirlockGatewayTemplate template = template(Tokens.class);
		template.echo();
		template.withdraw("req-1");
		assertThat(SentRequests.all(gateway)).extracting((request) -> request.getHeader("Authorization"))
			.containsExactly("Bearer jwt-1", "Bearer jwt-2");
	}

	@Test
	void sourceWhenPersonalAccessTokenIsConfiguredIsNotUsed() {
		AirlockGatewayTemplate template = template(Tokens.class, "pat=airpat_1");
		template.echo();
		assertThat(SentRequests.only(gateway).containsHeader("Authorization")).isFalse();
		assertThat(source.asked).isZero();
	}

	@Test
	void sourceTakesPrecedenceOverBearerTokenProperty() {
		source.current("jwt-1");
		template(Tokens.class, "bearer-token=static-jwt").echo();
		assertThat(SentRequests.only(gateway).header("Authorization").values()).containsExactly("Bearer jwt-1");
	}

	@Test
	void tokenIsSentWithCredentialsOfApplication() {
		source.current("jwt-1", "jwt-2");
		template(Tokens.class, "client-id=shop", "client-secret=s-1").echo();
		template(Tokens.class, "client-id=shop", "origin=https://shop.example.org").echo();
		List<LoggedRequest> requests = SentRequests.all(gateway);
		assertThat(requests).allSatisfy((request) -> {
			assertThat(request.getHeader("X-Client-Id")).isEqualTo("shop");
			assertThat(request.getHeader("Authorization")).startsWith("Bearer jwt-");
			assertThat(request.containsHeader("X-PAT")).isFalse();
		});
		assertThat(requests.get(0).getHeader("X-Client-Secret")).isEqualTo("s-1");
		assertThat(requests.get(1).getHeader("Origin")).isEqualTo("https://shop.example.org");
	}

	@Test
	void callWhenNoUserIsSignedInSendsOnlyApplicationCredentials() {
		source.current((String) null);
		template(Tokens.class, "client-id=shop", "client-secret=s-1").echo();
		LoggedRequest request = SentRequests.only(gateway);
		assertThat(request.getHeader("X-Client-Id")).isEqualTo("shop");
		assertThat(request.containsHeader("Authorization")).isFalse();
	}

	@Test
	void callWhenNoUserIsSignedInAndNoApplicationIsConfiguredThrows() {
		source.current((String) null);
		AirlockGatewayTemplate template = template(Tokens.class);
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(template::echo)
			.withMessageContaining("sign in first");
		assertThat(SentRequests.all(gateway)).isEmpty();
	}

	@Test
	void callWhenTokenIsRefusedIsRepeatedWithRenewedToken() {
		source.current("old").renewed("new");
		template(Tokens.class).sendHeartbeat(new Heartbeat("refunds", "payments", "Refunds"));
		List<LoggedRequest> requests = SentRequests.all(gateway);
		assertThat(requests).extracting((request) -> request.header("Authorization").values())
			.containsExactly(List.of("Bearer old"), List.of("Bearer new"));
		assertThat(requests).extracting(LoggedRequest::getBodyAsString)
			.containsOnly("{\"enforcerId\":\"refunds\",\"workspaceName\":\"payments\",\"enforcerLabel\":\"Refunds\"}");
		assertThat(source.refused).containsExactly("old");
	}

	@Test
	void callWhenRenewedTokenIsRefusedIsNotRepeatedAgain() {
		gateway.stubFor(any(anyUrl()).willReturn(jsonResponse("{\"error\":\"unauthorized\"}", 401)));
		source.current("old").renewed("new");
		AirlockGatewayTemplate template = template(Tokens.class);
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(template::echo)
			.satisfies((ex) -> assertThat(ex.getStatus()).isEqualTo(401));
		assertThat(SentRequests.all(gateway)).hasSize(2);
	}

	@Test
	void tokenWhenJustRenewedIsNotRenewedAgain() {
		gateway.stubFor(any(anyUrl()).willReturn(jsonResponse("{\"error\":\"unauthorized\"}", 401)));
		source.current("old", "new", "new").renewed("new").renewed("newer").renewed("newest");
		AirlockGatewayTemplate template = template(Tokens.class);
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(() -> template.withdraw("req-1"))
				.satisfies((ex) -> assertThat(ex.getStatus()).isEqualTo(401));
		}
		assertThat(source.refused).containsExactly("old");
		assertThat(SentRequests.all(gateway)).hasSize(4);
	}

	@ParameterizedTest
	@ValueSource(strings = { "old", "" })
	void callWhenRenewalReturnsNoOtherTokenIsNotRepeated(String renewed) {
		source.current("old").renewed(renewed.isEmpty() ? null : renewed);
		AirlockGatewayTemplate template = template(Tokens.class);
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(template::echo)
			.satisfies((ex) -> assertThat(ex.getStatus()).isEqualTo(401));
		assertThat(SentRequests.all(gateway)).hasSize(1);
	}

	@Test
	void tokenOfPropertiesIsNotRenewed() {
		AirlockGatewayTemplate template = template(GatewayApplication.Plain.class, "bearer-token=old");
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(template::echo)
			.satisfies((ex) -> assertThat(ex.getStatus()).isEqualTo(401));
		assertThat(SentRequests.all(gateway)).hasSize(1);
	}

	@Test
	void countsTheRepeatedCall() throws InterruptedException {
		source.current("new");
		int afterOneCall = callsLeftAfterEcho();
		source.current("old").renewed("new");
		assertThat(callsLeftAfterEcho()).isEqualTo(afterOneCall - 1);
	}

	private static int callsLeftAfterEcho() throws InterruptedException {
		GatewayRateLimiter gate = new GatewayRateLimiter(20, Duration.ofHours(1), Ticker.system());
		Counted.gate = gate;
		template(Counted.class).echo();
		int left = 0;
		try {
			while (true) {
				gate.acquire(RequestPriority.SHORT, Duration.ZERO, RequestOrigin.APPLICATION);
				left++;
			}
		}
		catch (TimeoutException ex) {
			return left;
		}
	}

	@Test
	void sourceWhenItFailsIsReportedWithoutItsMessage() {
		source.failing(() -> new IllegalStateException("no luck with jwt-1"));
		AirlockGatewayTemplate template = template(Tokens.class);
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(template::echo)
			.withMessageContaining("IllegalStateException")
			.withMessageNotContaining("jwt-1")
			.withNoCause();
	}

	@Test
	void sourceWhenItThrowsIdentityUnavailableIsReportedWithItsMessage() {
		source.failing(() -> new IdentityUnavailableException("Sign in at the desk", null));
		AirlockGatewayTemplate template = template(Tokens.class);
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(template::echo)
			.withMessage("Sign in at the desk");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "jwt 1", "jwt-1\n", "jwt-1\r\nX-Admin: true", "jwt-\u00e4" })
	void tokenWhenInvalidInHeaderIsNotSent(String token) {
		source.current(token);
		AirlockGatewayTemplate template = template(Tokens.class);
		assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(template::echo)
			.withMessageNotContaining("jwt");
		assertThat(SentRequests.all(gateway)).isEmpty();
	}

	private static AirlockGatewayTemplate template(Class<?> configuration, String... credentials) {
		return application.with(configuration, gateway.baseUrl(),
				Arrays.stream(credentials).map("airlock.gateway.auth."::concat).toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	static class Tokens {

		@Bean
		AccessTokenSource tokens() {
			return source;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Counted {

		private static GatewayRateLimiter gate;

		@Bean
		AccessTokenSource tokens() {
			return source;
		}

		@Bean
		GatewayRateLimiter rateLimiter() {
			return gate;
		}

	}

	private static final class ScriptedSource implements AccessTokenSource {

		private final Deque<Supplier<@Nullable String>> tokens = new ArrayDeque<>();

		private final Deque<Supplier<@Nullable String>> renewals = new ArrayDeque<>();

		private final List<String> refused = new ArrayList<>();

		private int asked;

		void reset() {
			this.tokens.clear();
			this.renewals.clear();
			this.refused.clear();
			this.asked = 0;
		}

		ScriptedSource current(@Nullable String... values) {
			Arrays.stream(values).forEach((value) -> this.tokens.add(() -> value));
			return this;
		}

		ScriptedSource renewed(@Nullable String value) {
			this.renewals.add(() -> value);
			return this;
		}

		void failing(Supplier<RuntimeException> failure) {
			this.tokens.add(() -> {
				throw failure.get();
			});
		}

		@Override
		public @Nullable String getAccessToken() {
			this.asked++;
			return this.tokens.removeFirst().get();
		}

		@Override
		public @Nullable String renewAccessToken(String token) {
			this.refused.add(token);
			return this.renewals.removeFirst().get();
		}

	}

}
