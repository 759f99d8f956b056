/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.auth.ConsentCheck;
import io.airlockapp.gateway.client.ConsentStatus;
import io.airlockapp.gateway.client.GatewayError;
import io.airlockapp.gateway.support.VirtualTicker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link ConsentStartupListener}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ConsentStartupListenerTests {

	private static final String URL = "https://example.org/consent";

	private final AirlockGatewayOperations gateway = mock();

	private final VirtualTicker ticker = new VirtualTicker();

	private final ConsentCheck consent = new ConsentCheck(this.gateway, () -> null, this.ticker);

	@ParameterizedTest
	@ValueSource(strings = { "app_consent_required", "app_consent_pending", "app_consent_denied" })
	void warnsOnceAtStart(String code, CapturedOutput output) {
		given(this.gateway.checkConsent()).willThrow(refusal(code));
		start(Runnable::run);
		assertThat(output.toString().lines().filter((line) -> line.contains(" WARN "))).singleElement()
			.asString()
			.contains("Guarded methods are denied", code, URL);
	}

	@ParameterizedTest
	@CsvSource({ "301, airlock.gateway.base-url", "401, airlock.gateway.auth.*", "403, airlock.gateway.auth.*" })
	void warnsAtStartIfAddressOrCredentialsAreWrong(int status, String property, CapturedOutput output) {
		given(this.gateway.checkConsent())
			.willThrow(new AirlockGatewayException(new GatewayError(status, null, null, null, null)));
		start(Runnable::run);
		assertThat(output.toString().lines().filter((line) -> line.contains(" WARN "))).singleElement()
			.asString()
			.contains("Guarded methods are denied", String.valueOf(status), "'" + property + "'");
	}

	@Test
	void doesNotWarnWhenNoUserIsSignedIn(CapturedOutput output) {
		given(this.gateway.checkConsent()).willThrow(new IdentityUnavailableException("Sign in first", null));
		start(Runnable::run);
		assertThat(output).doesNotContain(" WARN ");
	}

	@Test
	void doesNotWarnWhenApprovedOrGatewayIsUnreachable(CapturedOutput output) {
		given(this.gateway.checkConsent()).willReturn(new ConsentStatus("approved"))
			.willThrow(new AirlockGatewayException("unreachable", null, null))
			.willThrow(new IllegalStateException("s3cr3t"));
		for (int i = 0; i < 3; i++) {
			start(Runnable::run);
			this.ticker.advance(Duration.ofMinutes(1));
		}
		verify(this.gateway, times(3)).checkConsent();
		assertThat(output).doesNotContain(" WARN ", "s3cr3t");
	}

	@Test
	void startsWithoutCheckWhenTaskIsRejected() {
		start((task) -> {
			throw new RejectedExecutionException();
		});
		verify(this.gateway, times(0)).checkConsent();
	}

	private void start(Executor executor) {
		new ConsentStartupListener(this.consent, executor).onApplicationEvent(new ApplicationReadyEvent(
				new SpringApplication(), new String[0], new GenericApplicationContext(), Duration.ZERO));
	}

	private static AirlockGatewayException refusal(String code) {
		return new AirlockGatewayException(new GatewayError(403, code, "no", null, null, URL));
	}

}
