/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.identity;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.auth.device.DeviceLogin;
import io.airlockapp.gateway.auth.device.DeviceLoginState;
import io.airlockapp.gateway.auth.device.DeviceLoginState.Status;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockDeviceLoginAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.RecordedCall;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatorCall;
import io.airlockapp.gateway.store.InMemoryPairingStore;
import io.airlockapp.gateway.store.PairingStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Whole flows: an application, a person who signs in at a real identity provider, a
 * gateway that checks the tokens, and an approver.
 */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class DeviceLoginFlowTests {

	private static final Duration MAX_WAIT = Duration.ofSeconds(20);

	private final PairingStore store = new InMemoryPairingStore();

	private TestIdentityProvider identityProvider;

	private AirlockSimulator simulator;

	@AfterEach
	void stop() {
		this.simulator.close();
		this.identityProvider.close();
	}

	@Test
	void approvalsAreRequestedAfterPersonSignsIn(CapturedOutput output) {
		start(Duration.ofMinutes(5));
		run((context) -> {
			Vault vault = context.getBean(Vault.class);
			DeviceLogin login = context.getBean(DeviceLogin.class);
			DeviceLoginState state = awaitCode(login);
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(vault::open)
				.withMessageContaining(String.valueOf(state.verificationUri()))
				.withMessageNotContaining(state.userCode());
			assertThat(output).contains("sign in at " + state.verificationUri()).doesNotContain(state.userCode());
			signIn(login);
			this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
			assertThat(vault.open()).isEqualTo("opened 1");
			assertThat(
					this.identityProvider.subject(token(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT).get(0))))
				.isEqualTo("alice");
		});
		run((context) -> {
			assertThat(context.getBean(Vault.class).open()).isEqualTo("opened 1");
			assertThat(context.getBean(DeviceLogin.class).getState().status()).isEqualTo(Status.SIGNED_IN);
		});
		assertThat(output.getAll().split("To let this application ask for approvals", -1)).hasSize(2);
		assertThat(output).doesNotContain(token(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT).get(0)),
				refreshToken());
	}

	@Test
	void aPendingApprovalOutlivesManyTokens() {
		start(Duration.ofSeconds(3));
		run((context) -> {
			Vault vault = context.getBean(Vault.class);
			signIn(context.getBean(DeviceLogin.class));
			CompletableFuture<String> opened = CompletableFuture.supplyAsync(vault::open);
			PendingRequest pending = this.simulator.awaitPending();
			await().atMost(Duration.ofSeconds(30)).until(() -> tokens() >= 5);
			assertThat(opened).isNotDone();
			this.simulator.approve(pending.requestId());
			assertThat(opened.get(10, TimeUnit.SECONDS)).isEqualTo("opened 1");
			assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(1);
		});
	}

	@Test
	void aRefusedTokenIsRenewedOnce() {
		start(Duration.ofMinutes(5));
		run((context) -> {
			signIn(context.getBean(DeviceLogin.class));
			this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
			this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, 401);
			assertThat(context.getBean(Vault.class).open()).isEqualTo("opened 1");
			assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(2)
				.extracting(RecordedCall::body)
				.satisfies((bodies) -> assertThat(bodies.get(0)).isEqualTo(bodies.get(1)));
			assertThat(tokens()).isEqualTo(2);
		});
	}

	@Test
	void signingOutRevokesTheLogin() {
		start(Duration.ofMinutes(5));
		run((context) -> {
			DeviceLogin login = context.getBean(DeviceLogin.class);
			signIn(login);
			String refreshToken = refreshToken();
			assertThat(this.identityProvider.canRenewWith(refreshToken)).isTrue();
			login.signOut();
			assertThat(this.identityProvider.canRenewWith(refreshToken)).isFalse();
			assertThat(this.store.read("device-login")).isNull();
			assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(context.getBean(Vault.class)::open)
				.withMessageContaining("signed out");
		});
	}

	@Test
	void loginFailsWhenPersonRefuses() {
		start(Duration.ofMinutes(5));
		run((context) -> {
			DeviceLogin login = context.getBean(DeviceLogin.class);
			DeviceLoginState state = awaitCode(login);
			new VerificationPage(state.verificationUri()).refuse(state.userCode());
			await().atMost(MAX_WAIT).until(() -> login.getState().status() == Status.FAILED);
			assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(context.getBean(Vault.class)::open)
				.withMessageContaining("refused");
		});
	}

	private void start(Duration accessTokenLifetime) {
		this.identityProvider = TestIdentityProvider.start(accessTokenLifetime);
		this.simulator = this.identityProvider.startGateway();
	}

	private void run(ThrowingConsumer test) {
		Map<String, String> properties = TestIdentityProvider.deviceLoginProperties(this.simulator);
		properties.put("airlock.gateway.approval.poll-timeout", "1s");
		properties.put("airlock.gateway.rate-limit.requests", "1000");
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(AirlockGatewayAutoConfiguration.class, AirlockApprovalAutoConfiguration.class,
							AirlockDeviceLoginAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withBean(Vault.class)
			.withBean(PairingStore.class, () -> this.store)
			.withPropertyValues(properties.entrySet()
				.stream()
				.map((entry) -> entry.getKey() + "=" + entry.getValue())
				.toArray(String[]::new))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				test.accept(context);
			});
	}

	private static void signIn(DeviceLogin login) throws Exception {
		DeviceLoginState state = awaitCode(login);
		new VerificationPage(state.verificationUri()).agree(state.userCode());
		await().atMost(MAX_WAIT).until(() -> login.getState().status() == Status.SIGNED_IN);
	}

	private static DeviceLoginState awaitCode(DeviceLogin login) {
		await().atMost(MAX_WAIT).until(() -> login.getState().status() == Status.WAITING);
		return login.getState();
	}

	private String refreshToken() {
		return new JsonMapper().readTree(this.store.read("device-login").text()).path("refreshToken").stringValue();
	}

	private long tokens() {
		return this.simulator.requests()
			.stream()
			.filter((call) -> call.call() != SimulatorCall.DISCOVERY)
			.map(DeviceLoginFlowTests::token)
			.distinct()
			.count();
	}

	private static String token(RecordedCall call) {
		return call.headers().get("Authorization").substring("Bearer ".length());
	}

	interface ThrowingConsumer {

		void accept(ApplicationContext context) throws Exception;

	}

}
