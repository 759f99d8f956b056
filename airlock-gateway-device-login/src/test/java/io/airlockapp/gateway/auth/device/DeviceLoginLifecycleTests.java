/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.time.Duration;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.auth.device.DeviceLoginState.Status;
import io.airlockapp.gateway.store.InMemoryPairingStore;
import io.airlockapp.gateway.store.PairingStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link DeviceLoginLifecycle}.
 */
class DeviceLoginLifecycleTests {

	private static final String DISCOVERY = "/v1/integrations/discovery";

	@RegisterExtension
	final WireMockExtension server = WireMockExtension.newInstance().build();

	@Test
	void signsInInTheBackgroundUntilStopped() {
		WireProvider provider = new WireProvider(this.server);
		provider.givesCode(WireProvider.USER_CODE, 600, 1);
		DeviceLogin login = provider.login(new InMemoryPairingStore(), new MutableClock());
		DeviceLoginLifecycle lifecycle = new DeviceLoginLifecycle(login);
		lifecycle.start();
		assertThat(lifecycle.isRunning()).isTrue();
		await().until(() -> login.getState().status() == Status.WAITING);
		provider.answersCode(provider.tokens("jwt-1", "refresh-1", 300));
		await().until(() -> login.getState().status() == Status.SIGNED_IN);
		lifecycle.stop();
		assertThat(lifecycle.isRunning()).isFalse();
		assertThat(threads()).isZero();
	}

	@Test
	void stopsAlsoWhileTheProviderIsSilent() {
		WireProvider provider = new WireProvider(this.server, Duration.ofMillis(500));
		provider.stub(get(DISCOVERY), aResponse().withFixedDelay((int) Duration.ofMinutes(1).toMillis()));
		DeviceLoginLifecycle lifecycle = new DeviceLoginLifecycle(
				provider.login(new InMemoryPairingStore(), new MutableClock()));
		lifecycle.start();
		await().until(() -> !this.server.findAll(getRequestedFor(urlEqualTo(DISCOVERY))).isEmpty());
		lifecycle.stop();
		assertThat(threads()).isZero();
	}

	@Test
	void stopWaitsForTheRefreshInProgress() {
		WireProvider provider = new WireProvider(this.server);
		InMemoryPairingStore store = new InMemoryPairingStore();
		MutableClock clock = new MutableClock();
		DeviceLogin login = provider.login(store, clock);
		login.proceed();
		provider.answersCode(provider.tokens("jwt-1", "refresh-1", 60));
		login.proceed();
		clock.advance(Duration.ofSeconds(30));
		provider.answersRenewal("refresh-1", provider.tokens("jwt-2", "refresh-2", 60).withFixedDelay(500));
		DeviceLoginLifecycle lifecycle = new DeviceLoginLifecycle(login);
		lifecycle.start();
		await().until(() -> !provider.renewals().isEmpty());
		lifecycle.stop();
		assertThat(threads()).isZero();
		assertThat(Login.parse(store.read(LoginRepository.ENTRY).text()).refreshToken()).isEqualTo("refresh-2");
		provider.answersRenewal("refresh-2", provider.tokens("jwt-3", "refresh-3", 60));
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(() -> login.renewAccessToken("jwt-2"))
			.withMessageContaining("shutting down");
		assertThat(provider.renewals()).hasSize(1);
	}

	@Test
	void signInAfterSignOutStartsNewLogin() {
		WireProvider provider = new WireProvider(this.server);
		DeviceLogin login = provider.login(new InMemoryPairingStore(), new MutableClock());
		login.signOut();
		DeviceLoginLifecycle lifecycle = new DeviceLoginLifecycle(login);
		lifecycle.start();
		try {
			login.signIn();
			await().until(() -> login.getState().status() == Status.WAITING);
		}
		finally {
			lifecycle.stop();
		}
	}

	@Test
	void errorIsReportedAsFailureAndThreadContinues() {
		PairingStore broken = mock();
		given(broken.read(LoginRepository.ENTRY)).willThrow(new NoSuchMethodError("treeToValue"));
		DeviceLogin login = new WireProvider(this.server).login(broken, new MutableClock());
		DeviceLoginLifecycle lifecycle = new DeviceLoginLifecycle(login);
		lifecycle.start();
		try {
			await().until(() -> login.getState().status() == Status.FAILED);
			assertThat(login.getState().problem()).contains("java.lang.NoSuchMethodError: treeToValue");
			assertThat(threads()).isOne();
		}
		finally {
			lifecycle.stop();
		}
	}

	private static long threads() {
		return Thread.getAllStackTraces().keySet().stream().filter((t) -> t.getName().equals("airlock-login")).count();
	}

}
