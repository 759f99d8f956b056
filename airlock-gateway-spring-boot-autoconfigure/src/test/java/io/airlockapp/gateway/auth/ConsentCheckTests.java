package io.airlockapp.gateway.auth;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalConsentException;
import io.airlockapp.gateway.ConsentState;
import io.airlockapp.gateway.client.ConsentStatus;
import io.airlockapp.gateway.client.GatewayError;
import io.airlockapp.gateway.client.VirtualTicker;
import org.jspecify.annotations.Nullable;
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
 * Tests for {@link ConsentCheck} and {@link ConsentAtStart}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ConsentCheckTests {

	private static final String URL = "https://example.org/consent";

	private final AirlockGatewayOperations gateway = mock();

	private final VirtualTicker ticker = new VirtualTicker();

	private final ConsentCheck consent = new ConsentCheck(this.gateway, this.ticker);

	@Test
	void asksOnceAMinute() {
		given(this.gateway.checkConsent()).willReturn(new ConsentStatus("approved"));
		assertThat(this.consent.check()).isNull();
		this.ticker.advance(Duration.ofMillis(59_999));
		assertThat(this.consent.check()).isNull();
		verify(this.gateway).checkConsent();
		this.ticker.advance(Duration.ofMillis(1));
		assertThat(this.consent.check()).isNull();
		verify(this.gateway, times(2)).checkConsent();
	}

	@Test
	void seesSoonThatTheUserConsentedAfterAll() {
		given(this.gateway.checkConsent()).willThrow(refusal("app_consent_required", URL))
			.willReturn(new ConsentStatus("approved"));
		assertThat(this.consent.check()).isInstanceOf(ApprovalConsentException.class);
		this.ticker.advance(Duration.ofMillis(14_999));
		assertThat(this.consent.check()).isInstanceOf(ApprovalConsentException.class);
		verify(this.gateway).checkConsent();
		this.ticker.advance(Duration.ofMillis(1));
		assertThat(this.consent.check()).isNull();
	}

	@Test
	void asksAtOnceIfToldSo() {
		given(this.gateway.checkConsent()).willThrow(refusal("app_consent_required", URL))
			.willReturn(new ConsentStatus("approved"));
		assertThat(this.consent.check()).isNotNull();
		assertThat(this.consent.checkNow()).isNull();
		assertThat(this.consent.check()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "app_consent_required,REQUIRED,has not consented", "app_consent_pending,PENDING,has not answered",
			"app_consent_denied,DENIED,refused", "app_consent_PENDING,PENDING,has not answered",
			"app_consent_expired,REQUIRED,has not consented", "app_consent_,REQUIRED,has not consented" })
	void tellsWhyThereIsNoConsentAndWhereToGiveIt(String code, ConsentState state, String words) {
		given(this.gateway.checkConsent()).willThrow(refusal(code, URL));
		AirlockGatewayException failure = this.consent.check();
		assertThat(failure).isInstanceOfSatisfying(ApprovalConsentException.class, (ex) -> {
			assertThat(ex.getState()).isEqualTo(state);
			assertThat(ex.getConsentUrl()).isEqualTo(URL);
			assertThat(ex.getAppName()).isEqualTo("Refunds");
			assertThat(ex.getStatus()).isEqualTo(403);
			assertThat(ex.getRequestId()).isNull();
			assertThat(ex).hasMessageContaining(words).hasMessageEndingWith(" at " + URL);
		});
	}

	@Test
	void tellsWhereToGiveItWithoutAUrl() {
		given(this.gateway.checkConsent()).willThrow(refusal("app_consent_required", null));
		assertThat(this.consent.check()).hasMessageContaining("in the account that this application acts for");
	}

	@ParameterizedTest
	@CsvSource({ "pending,PENDING", "Denied,DENIED", "REQUIRED,REQUIRED" })
	void believesAnAnswerThatSaysNo(String status, ConsentState state) {
		given(this.gateway.checkConsent()).willReturn(new ConsentStatus(status));
		assertThat(this.consent.check()).isInstanceOfSatisfying(ApprovalConsentException.class, (ex) -> {
			assertThat(ex.getState()).isEqualTo(state);
			assertThat(ex.getConsentUrl()).isNull();
		});
	}

	@ParameterizedTest
	@CsvSource(value = { "approved", "granted", "''", "NULL" }, nullValues = "NULL")
	void takesAnyOtherAnswerForAYes(@Nullable String status) {
		given(this.gateway.checkConsent()).willReturn(new ConsentStatus(status));
		assertThat(this.consent.check()).isNull();
	}

	@Test
	void returnsWhatKeptItFromAsking() {
		AirlockGatewayException failure = new AirlockGatewayException("The gateway answered 503", null, null);
		given(this.gateway.checkConsent()).willThrow(failure);
		assertThat(this.consent.check()).isSameAs(failure);
	}

	@ParameterizedTest
	@ValueSource(strings = { "app_consent_required", "app_consent_pending", "app_consent_denied" })
	void warnsOnceAtStart(String code, CapturedOutput output) {
		given(this.gateway.checkConsent()).willThrow(refusal(code, URL));
		start(Runnable::run);
		assertThat(output.toString().lines().filter((line) -> line.contains(" WARN "))).singleElement()
			.asString()
			.contains("Guarded methods are denied", code, URL);
	}

	@Test
	void saysNothingAtStartIfAllIsWellOrNobodyAnswers(CapturedOutput output) {
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
	void startsWithoutAThreadToCheckIn() {
		start((task) -> {
			throw new RejectedExecutionException();
		});
		verify(this.gateway, times(0)).checkConsent();
	}

	private void start(Executor executor) {
		new ConsentAtStart(this.consent, executor).onApplicationEvent(new ApplicationReadyEvent(new SpringApplication(),
				new String[0], new GenericApplicationContext(), Duration.ZERO));
	}

	private static AirlockGatewayException refusal(String code, @Nullable String url) {
		return new AirlockGatewayException(new GatewayError(403, code, "no", null, null, url, "Refunds"));
	}

}
