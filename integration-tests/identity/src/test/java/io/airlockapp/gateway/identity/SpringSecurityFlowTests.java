/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.identity;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockAuthorizedClientAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.RecordedCall;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.security.oauth2.client.autoconfigure.OAuth2ClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.util.function.ThrowingSupplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Whole flows with access tokens of Spring Security's OAuth client.
 */
@Tag("slow")
class SpringSecurityFlowTests {

	private static final String REGISTRATION = "spring.security.oauth2.client.registration.airlock.";

	private TestIdentityProvider identityProvider;

	private AirlockSimulator simulator;

	@AfterEach
	void stop() {
		this.simulator.close();
		this.identityProvider.close();
	}

	@Test
	void approvalsAreRequestedInNameOfLoggedInUser() throws Exception {
		int port = freePort();
		start(Duration.ofMinutes(5), port);
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
		try (ConfigurableApplicationContext context = webShop(port)) {
			TestBrowser browser = new TestBrowser(this.identityProvider.issuer());
			assertThat(browser.get(shop(port, "/open"))).isEqualTo("opened 1");
			assertThat(browser.get(shop(port, "/ask"))).isEqualTo("approved true");
			assertThat(context.isActive()).isTrue();
			assertThat(browser.visited()).anySatisfy(
					(url) -> assertThat(url.toString()).startsWith(this.identityProvider.issuer() + "/oauth2/authorize")
						.contains("code_challenge_method=S256", "code_challenge="));
			await().until(() -> this.simulator.requests(SimulatorCall.ACKNOWLEDGE).size() == 2);
		}
		assertThat(subjects(SimulatorCall.SUBMIT_ARTIFACT)).containsExactly("alice", "alice");
		assertThat(subjects(SimulatorCall.WAIT_FOR_DECISION)).containsOnly("alice");
		assertThat(subjects(SimulatorCall.ACKNOWLEDGE)).containsExactly("alice", "alice");
	}

	@Test
	void aUserWhoseTokensAreLostIsLedToTheIdentityProvider() throws Exception {
		int port = freePort();
		start(Duration.ofMinutes(5), port);
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
		try (ConfigurableApplicationContext context = webShop(port)) {
			TestBrowser browser = new TestBrowser(this.identityProvider.issuer());
			assertThat(browser.get(shop(port, "/open"))).isEqualTo("opened 1");
			context.getBean(OAuth2AuthorizedClientService.class).removeAuthorizedClient("airlock", "alice");
			browser.visited().clear();
			assertThat(browser.get(shop(port, "/open"))).isEqualTo("opened 2");
			assertThat(browser.visited()).anySatisfy((url) -> assertThat(url.getPath()).isEqualTo("/oauth2/authorize"));
		}
	}

	@Test
	void aPendingApprovalOutlivesTheTokenOfTheUser() throws Exception {
		int port = freePort();
		start(Duration.ofSeconds(33), port);
		try (ConfigurableApplicationContext context = webShop(port)) {
			TestBrowser browser = new TestBrowser(this.identityProvider.issuer());
			CompletableFuture<String> opened = CompletableFuture.supplyAsync(() -> get(browser, shop(port, "/open")));
			PendingRequest pending = this.simulator.awaitPending();
			await().atMost(Duration.ofSeconds(20))
				.until(() -> this.simulator.requests()
					.stream()
					.map(SpringSecurityFlowTests::token)
					.distinct()
					.count() > 1);
			this.simulator.approve(pending.requestId());
			assertThat(opened.get(10, TimeUnit.SECONDS)).isEqualTo("opened 1");
			assertThat(context.isActive()).isTrue();
		}
	}

	@Test
	void approvalsAreRequestedInNameOfApplication() throws IOException {
		start(Duration.ofMinutes(5), freePort());
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, 401);
		runner("night-job", "job-s3cr3t", "client_credentials").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Vault.class).open()).isEqualTo("opened 1");
		});
		List<String> tokens = this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)
			.stream()
			.map(SpringSecurityFlowTests::token)
			.toList();
		assertThat(tokens).hasSize(2).doesNotHaveDuplicates();
		assertThat(subjects(SimulatorCall.SUBMIT_ARTIFACT)).containsOnly("night-job");
	}

	@Test
	void wrongClientSecretIsReported() throws IOException {
		start(Duration.ofMinutes(5), freePort());
		runner("night-job", "wr0ng-s3cr3t", "client_credentials").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(context.getBean(Vault.class)::open)
				.withMessageContaining("(401)")
				.withMessageNotContaining("wr0ng");
		});
	}

	@Test
	void noApprovalIsRequestedWithoutLoggedInUser() throws IOException {
		start(Duration.ofMinutes(5), freePort());
		runner("shop", "s3cr3t", "authorization_code").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(context.getBean(Vault.class)::open)
				.withMessageContaining("sign in first");
		});
		assertThat(this.simulator.requests()).isEmpty();
	}

	private void start(Duration accessTokenLifetime, int port) {
		this.identityProvider = TestIdentityProvider.start(accessTokenLifetime,
				shop(port, "/login/oauth2/code/airlock").toString());
		this.simulator = AirlockSimulator.builder().bearerTokens(this.identityProvider::accepts).start();
	}

	private ConfigurableApplicationContext webShop(int port) {
		List<String> properties = properties("shop", "s3cr3t", "authorization_code");
		properties.addAll(List.of("server.port=" + port, "server.address=127.0.0.1", REGISTRATION + "scope=openid",
				REGISTRATION + "redirect-uri=" + shop(port, "/login/oauth2/code/airlock"),
				"spring.main.banner-mode=off"));
		return new SpringApplicationBuilder(WebShop.class).web(WebApplicationType.SERVLET)
			.properties(properties.toArray(String[]::new))
			.run();
	}

	private ApplicationContextRunner runner(String clientId, String clientSecret, String grantType) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
					AirlockApprovalAutoConfiguration.class, AirlockAuthorizedClientAutoConfiguration.class,
					OAuth2ClientAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withBean(Vault.class)
			.withPropertyValues(properties(clientId, clientSecret, grantType).toArray(String[]::new))
			.withPropertyValues(REGISTRATION + "redirect-uri=http://127.0.0.1:1/login/oauth2/code/airlock");
	}

	private List<String> properties(String clientId, String clientSecret, String grantType) {
		List<String> properties = new ArrayList<>();
		this.simulator.properties().forEach((name, value) -> {
			if (!name.equals("airlock.gateway.auth.pat")) {
				properties.add(name + "=" + value);
			}
		});
		properties.addAll(List.of("airlock.gateway.auth.client-registration-id=airlock",
				"airlock.gateway.approval.poll-timeout=1s", "airlock.gateway.approval.timeout=30s",
				"airlock.gateway.presence.enabled=false", REGISTRATION + "client-id=" + clientId,
				REGISTRATION + "client-secret=" + clientSecret, REGISTRATION + "authorization-grant-type=" + grantType,
				REGISTRATION + "provider=test",
				"spring.security.oauth2.client.provider.test.issuer-uri=" + this.identityProvider.issuer()));
		return properties;
	}

	private List<String> subjects(SimulatorCall call) {
		return this.simulator.requests(call)
			.stream()
			.map((recorded) -> this.identityProvider.subject(token(recorded)))
			.toList();
	}

	private static String token(RecordedCall call) {
		return call.headers().get("Authorization").substring("Bearer ".length());
	}

	private static URI shop(int port, String path) {
		return URI.create("http://127.0.0.1:" + port + path);
	}

	private static String get(TestBrowser browser, URI url) {
		return ThrowingSupplier.of(() -> browser.get(url)).get();
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

}
