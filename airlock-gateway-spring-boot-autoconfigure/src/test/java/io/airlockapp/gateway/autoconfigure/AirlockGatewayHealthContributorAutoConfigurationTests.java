/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.time.Instant;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.client.Echo;
import io.airlockapp.gateway.health.AirlockGatewayHealthIndicator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Tests for {@link AirlockActuatorAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class AirlockGatewayHealthContributorAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
				AirlockPresenceAutoConfiguration.class, AirlockActuatorAutoConfiguration.class,
				HealthContributorAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class));

	@Test
	void contributesAsAirlockGateway() {
		this.contextRunner.run((context) -> assertThat(
				context.getBean(HealthContributorRegistry.class).getContributor("airlockGateway"))
			.isInstanceOf(AirlockGatewayHealthIndicator.class));
	}

	@Test
	void unknownWithoutAnyPropertyWithoutCall() {
		AirlockGatewayOperations gateway = mock();
		this.contextRunner.withBean(AirlockGatewayOperations.class, () -> gateway).run((context) -> {
			assertThat(context.getBean(AirlockGatewayHealthIndicator.class).health().getStatus())
				.isEqualTo(Status.UNKNOWN);
			verifyNoInteractions(gateway);
		});
	}

	@Test
	void outOfServiceWithCredentialsOnly() {
		AirlockGatewayOperations gateway = mock();
		given(gateway.echo()).willAnswer((invocation) -> new Echo(Instant.now()));
		this.contextRunner.withBean(AirlockGatewayOperations.class, () -> gateway)
			.withPropertyValues("airlock.gateway.auth.pat=" + PairedProperties.PAT)
			.run((context) -> assertThat(context.getBean(AirlockGatewayHealthIndicator.class).health().getStatus())
				.isEqualTo(Status.OUT_OF_SERVICE));
	}

	@Test
	void downWithoutStackTraceWhenNothingListens(CapturedOutput output) {
		this.contextRunner.withPropertyValues(PairedProperties.all())
			.withPropertyValues("airlock.gateway.presence.enabled=false")
			.run((context) -> {
				Health health = context.getBean(AirlockGatewayHealthIndicator.class).health();
				assertThat(health.getStatus()).isEqualTo(Status.DOWN);
				assertThat(health.getDetails().get("problem")).asString()
					.contains("cannot be reached", "localhost:1", "'airlock.gateway.base-url'");
				assertThat(output).doesNotContain("Exception");
			});
	}

	@Test
	void healthReportsLastHeartbeat() {
		this.contextRunner.withPropertyValues(PairedProperties.all())
			.run((context) -> assertThat(context.getBean(AirlockGatewayHealthIndicator.class).health().getDetails())
				.containsKey("lastHeartbeat"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "management.health.airlock-gateway.enabled=false",
			"management.health.defaults.enabled=false", "airlock.gateway.enabled=false" })
	void canBeSwitchedOff(String property) {
		this.contextRunner.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AirlockGatewayHealthIndicator.class));
	}

	@Test
	void canBeSwitchedOnAlone() {
		this.contextRunner
			.withPropertyValues("management.health.defaults.enabled=false",
					"management.health.airlock-gateway.enabled=true")
			.run((context) -> assertThat(context).hasSingleBean(AirlockGatewayHealthIndicator.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "airlockGatewayHealthIndicator", "airlockGatewayHealthContributor" })
	void contributorOfTheUserWins(String name) {
		HealthIndicator own = () -> Health.up().build();
		this.contextRunner.withBean(name, HealthIndicator.class, () -> own).run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(AirlockGatewayHealthIndicator.class);
			assertThat(context.getBean(HealthContributorRegistry.class).getContributor("airlockGateway")).isSameAs(own);
		});
	}

	@Test
	void withoutHealthOnTheClassPathCreatesNothing() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
					AirlockActuatorAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("airlockGatewayHealthContributor")
				.hasSingleBean(PairingSource.class));
	}

}
