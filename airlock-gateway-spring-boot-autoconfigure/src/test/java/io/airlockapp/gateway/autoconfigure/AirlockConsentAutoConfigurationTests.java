/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.auth.ConsentCheck;
import io.airlockapp.gateway.client.GatewayError;
import io.airlockapp.gateway.support.Ticker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link AirlockConsentAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class AirlockConsentAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(AirlockGatewayAutoConfiguration.class, AirlockConsentAutoConfiguration.class));

	@Test
	void checksAtStartByDefault() {
		this.contextRunner.run((context) -> assertThat(context).hasSingleBean(ConsentCheck.class)
			.hasSingleBean(ConsentStartupListener.class));
	}

	@Test
	void doesNotCheckAtStartWhenDisabled() {
		this.contextRunner.withPropertyValues("airlock.gateway.consent.check-at-start=false")
			.run((context) -> assertThat(context).hasSingleBean(ConsentCheck.class)
				.doesNotHaveBean(ConsentStartupListener.class));
	}

	@Test
	void doesNotCheckWhenGatewayIsDisabled() {
		this.contextRunner.withPropertyValues("airlock.gateway.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(ConsentCheck.class)
				.doesNotHaveBean(ConsentStartupListener.class));
	}

	@Test
	void checksOfTheUserWin() {
		ConsentCheck check = new ConsentCheck(mock(), () -> null, Ticker.system());
		ConsentStartupListener atStart = new ConsentStartupListener(check, Runnable::run);
		this.contextRunner.withBean(ConsentCheck.class, () -> check)
			.withBean(ConsentStartupListener.class, () -> atStart)
			.run((context) -> {
				assertThat(context.getBean(ConsentCheck.class)).isSameAs(check);
				assertThat(context.getBean(ConsentStartupListener.class)).isSameAs(atStart);
			});
	}

	@Test
	void warnsInBackgroundAfterStart(CapturedOutput output) {
		try (ConfigurableApplicationContext context = start("--airlock.gateway.auth.pat=" + PairedProperties.PAT)) {
			await().until(() -> output.toString().contains("consent at https://example.org/consent"));
			assertThat(context.isActive()).isTrue();
			assertThat(output).containsOnlyOnce("Guarded methods are denied");
		}
	}

	@Test
	void checksAtStartWithTokenSourceOfUser(CapturedOutput output) {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class, SignedIn.class)
			.web(WebApplicationType.NONE)
			.run()) {
			await().until(() -> output.toString().contains("consent at https://example.org/consent"));
			assertThat(context.isActive()).isTrue();
		}
	}

	@Test
	void checksNothingWithoutCredentials() {
		try (ConfigurableApplicationContext context = start()) {
			verify(context.getBean(AirlockGatewayOperations.class), never()).checkConsent();
		}
	}

	private static ConfigurableApplicationContext start(String... properties) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE).run(properties);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ AirlockGatewayAutoConfiguration.class, AirlockConsentAutoConfiguration.class })
	static class Application {

		@Bean
		AirlockGatewayOperations gateway() {
			AirlockGatewayOperations gateway = mock();
			given(gateway.checkConsent()).willThrow(new AirlockGatewayException(
					new GatewayError(403, "app_consent_required", null, null, null, "https://example.org/consent")));
			return gateway;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SignedIn {

		@Bean
		AccessTokenSource tokens() {
			return () -> "jwt-only-for-tests";
		}

	}

}
