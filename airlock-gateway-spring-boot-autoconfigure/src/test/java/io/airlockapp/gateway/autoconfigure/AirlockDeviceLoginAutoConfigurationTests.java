/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.auth.device.DeviceLogin;
import io.airlockapp.gateway.auth.device.DeviceLoginLifecycle;
import io.airlockapp.gateway.health.AirlockGatewayHealthIndicator;
import io.airlockapp.gateway.store.InMemoryPairingStore;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.store.ReadOnlyPairingStore;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link AirlockDeviceLoginAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class AirlockDeviceLoginAutoConfigurationTests {

	private static final String ENABLED = "airlock.gateway.auth.device-login.enabled=true";

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AirlockGatewayAutoConfiguration.class, AirlockDeviceLoginAutoConfiguration.class,
						AirlockAuthorizedClientAutoConfiguration.class, AirlockActuatorAutoConfiguration.class))
		.withPropertyValues("airlock.gateway.base-url=http://127.0.0.1:1");

	@Test
	void loginWhenEnabledIsAccessTokenSource() {
		this.contextRunner.withPropertyValues(ENABLED).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(DeviceLogin.class);
			assertThat(context.getBean(AccessTokenSource.class)).isSameAs(context.getBean(DeviceLogin.class));
			assertThat(context.getBean(DeviceLoginLifecycle.class).isRunning()).isTrue();
		});
		assertThat(threads()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "airlock.gateway.auth.pat=airpat_1", "airlock.gateway.enabled=false",
			ENABLED + ";airlock.gateway.enabled=false",
			"airlock.gateway.auth.device-login.enabled=false;airlock.gateway.auth.pat=airpat_1" })
	void loginWhenNotEnabledOrGatewayIsDisabledIsMissing(String properties) {
		this.contextRunner.withPropertyValues(properties.split(";"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(DeviceLogin.class));
	}

	@Test
	void sourceOfTheUserWins() {
		this.contextRunner.withPropertyValues(ENABLED)
			.withBean("own", AccessTokenSource.class, () -> AccessTokenSource.of("jwt-1"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(AccessTokenSource.class)
				.doesNotHaveBean(DeviceLoginLifecycle.class));
	}

	@Test
	void sourceOfUserNeedsNoOtherCredentials() {
		this.contextRunner.withBean("own", AccessTokenSource.class, () -> AccessTokenSource.of("jwt-1"))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void loginIsStoredInPairingStore() {
		InMemoryPairingStore pairings = new InMemoryPairingStore();
		pairings.write("device-login", null, """
				{"issuer":"https://id.example.org","clientId":"cli","accessToken":"jwt-1",
				"issuedAt":"2026-01-01T00:00:00Z","expiresAt":"2999-01-01T00:00:00Z"}""");
		this.contextRunner.withPropertyValues(ENABLED).withBean(PairingStore.class, () -> pairings).run((context) -> {
			DeviceLogin login = context.getBean(DeviceLogin.class);
			assertThat(login.getAccessToken()).isEqualTo("jwt-1");
			login.signOut();
			assertThat(pairings.read("device-login")).isNull();
		});
	}

	@Test
	void loginWhenStoreIsReadOnlyIsReportedAsNotStored(CapturedOutput output) {
		this.contextRunner.withPropertyValues(ENABLED)
			.withBean(PairingStore.class, () -> new ReadOnlyPairingStore())
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.getAll().split("No store keeps the login", -1)).hasSize(2);
	}

	@Test
	void warnsThatTheGatewayNamesTheIdentityProvider(CapturedOutput output) {
		this.contextRunner.withPropertyValues(ENABLED).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.getAll()
			.lines()
			.filter((line) -> line.contains("'airlock.gateway.auth.device-login.issuer-uri' is not set")))
			.singleElement()
			.asString()
			.contains(" WARN ");
	}

	@Test
	void doesNotWarnWhereTheApplicationNamesTheIdentityProvider(CapturedOutput output) {
		this.contextRunner
			.withPropertyValues(ENABLED, "airlock.gateway.auth.device-login.issuer-uri=https://id.example.org")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("issuer-uri");
	}

	@Test
	void loginWithoutModuleNamesMissingDependency() {
		this.contextRunner.withPropertyValues(ENABLED)
			.withClassLoader(new FilteredClassLoader(DeviceLogin.class))
			.run((context) -> assertFails(context, "enabled", "io.airlockapp:airlock-gateway-device-login"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "pat=airpat_1", "bearer-token=jwt-1", "client-registration-id=airlock" })
	void loginWithOtherUserCredentialsFailsStart(String property) {
		this.contextRunner.withPropertyValues(ENABLED, "airlock.gateway.auth." + property)
			.run((context) -> assertFails(context, "enabled", "Remove"));
	}

	@Test
	void loginWithCredentialsOfApplicationIsAccepted() {
		this.contextRunner
			.withPropertyValues(ENABLED, "airlock.gateway.auth.client-id=shop",
					"airlock.gateway.auth.client-secret=s3cr3t")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(DeviceLogin.class));
	}

	@ParameterizedTest
	@CsvSource({ "max-codes,0", "max-codes,-1", "scope,''", "issuer-uri,id.example.org" })
	void invalidPropertyFailsStart(String name, String value) {
		this.contextRunner.withPropertyValues(ENABLED, "airlock.gateway.auth.device-login." + name + "=" + value)
			.run((context) -> assertFails(context, name, "Set it"));
	}

	@Test
	void issuerThatIsNoUrlFailsTheStart() {
		this.contextRunner.withPropertyValues(ENABLED, "airlock.gateway.auth.device-login.issuer-uri=not a url")
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("device-login.issuer-uri"));
	}

	@Test
	void startsAlsoLazily() {
		this.contextRunner.withPropertyValues(ENABLED)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(threads()).isOne());
	}

	@Test
	void callsAndHealthWhenNoUserIsSignedInReportIt() {
		this.contextRunner.withPropertyValues(ENABLED).run((context) -> {
			AirlockGatewayOperations gateway = context.getBean(AirlockGatewayOperations.class);
			assertThatExceptionOfType(IdentityUnavailableException.class).isThrownBy(gateway::echo);
			await().untilAsserted(() -> {
				Health health = context.getBean(AirlockGatewayHealthIndicator.class).health();
				assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
				assertThat(health.getDetails().get("problem")).asString()
					.contains("No user is signed in. The gateway cannot be reached");
			});
		});
	}

	private static void assertFails(AssertableApplicationContext context, String property, String action) {
		assertThat(context).hasFailed();
		Throwable cause = context.getStartupFailure();
		while (cause.getCause() != null) {
			cause = cause.getCause();
		}
		assertThat(cause).isInstanceOfSatisfying(AirlockConfigurationException.class, (ex) -> {
			assertThat(ex).hasMessageStartingWith(
					"Property 'airlock.gateway.auth.device-login.%s' cannot be used".formatted(property));
			assertThat(ex.getAction()).contains(action);
		});
	}

	private static long threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("airlock-login"))
			.count();
	}

}
