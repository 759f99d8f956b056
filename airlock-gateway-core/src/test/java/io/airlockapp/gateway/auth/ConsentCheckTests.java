/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalConsentException;
import io.airlockapp.gateway.ConsentState;
import io.airlockapp.gateway.client.ConsentStatus;
import io.airlockapp.gateway.client.GatewayError;
import io.airlockapp.gateway.support.VirtualTicker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link ConsentCheck}.
 */
class ConsentCheckTests {

	private static final String URL = "https://example.org/consent";

	private final AirlockGatewayOperations gateway = mock();

	private final VirtualTicker ticker = new VirtualTicker();

	private final ConsentCheck consent = new ConsentCheck(this.gateway, () -> null, this.ticker);

	@Test
	void checkRequestsConsentOnceAMinute() {
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
	void resultAppliesToTheUserWhoseTokenWasSent() {
		AtomicReference<String> user = new AtomicReference<>("alice");
		ConsentCheck perUser = new ConsentCheck(this.gateway, user::get, this.ticker);
		given(this.gateway.checkConsent()).willThrow(refusal("app_consent_required", URL))
			.willReturn(new ConsentStatus("approved"));
		assertThat(perUser.check()).isInstanceOf(ApprovalConsentException.class);
		assertThat(perUser.check()).isInstanceOf(ApprovalConsentException.class);
		user.set("bob");
		assertThat(perUser.check()).isNull();
	}

	@Test
	void checkWhenUserConsentsLaterSucceedsSoon() {
		given(this.gateway.checkConsent()).willThrow(refusal("app_consent_required", URL))
			.willReturn(new ConsentStatus("approved"));
		assertThat(this.consent.check()).isInstanceOf(ApprovalConsentException.class);
		this.ticker.advance(Duration.ofMillis(14_999));
		assertThat(this.consent.check()).isInstanceOf(ApprovalConsentException.class);
		verify(this.gateway).checkConsent();
		this.ticker.advance(Duration.ofMillis(1));
		assertThat(this.consent.check()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "app_consent_required,REQUIRED,has not consented", "app_consent_pending,PENDING,has not yet decided",
			"app_consent_denied,DENIED,refused", "app_consent_PENDING,PENDING,has not yet decided",
			"app_consent_expired,REQUIRED,has not consented", "app_consent_,REQUIRED,has not consented" })
	void checkWhenConsentIsMissingReturnsReasonAndUrl(String code, ConsentState state, String words) {
		given(this.gateway.checkConsent()).willThrow(refusal(code, URL));
		AirlockGatewayException failure = this.consent.check();
		assertThat(failure).isInstanceOfSatisfying(ApprovalConsentException.class, (ex) -> {
			assertThat(ex.getState()).isEqualTo(state);
			assertThat(ex.getConsentUrl()).isEqualTo(URL);
			assertThat(ex.getStatus()).isEqualTo(403);
			assertThat(ex.getRequestId()).isNull();
			assertThat(ex).hasMessageContaining(words).hasMessageEndingWith(" at " + URL);
		});
	}

	@Test
	void checkWhenConsentUrlIsMissingNamesAccount() {
		given(this.gateway.checkConsent()).willThrow(refusal("app_consent_required", null));
		assertThat(this.consent.check()).hasMessageContaining("in the account that this application acts for");
	}

	@ParameterizedTest
	@CsvSource({ "pending,PENDING", "Denied,DENIED", "REQUIRED,REQUIRED" })
	void checkWhenStatusIsNotApprovedReturnsFailure(String status, ConsentState state) {
		given(this.gateway.checkConsent()).willReturn(new ConsentStatus(status));
		assertThat(this.consent.check()).isInstanceOfSatisfying(ApprovalConsentException.class, (ex) -> {
			assertThat(ex.getState()).isEqualTo(state);
			assertThat(ex.getConsentUrl()).isNull();
		});
	}

	@ParameterizedTest
	@CsvSource(value = { "approved", "granted", "''", "NULL" }, nullValues = "NULL")
	void checkWhenStatusIsUnknownSucceeds(@Nullable String status) {
		given(this.gateway.checkConsent()).willReturn(new ConsentStatus(status));
		assertThat(this.consent.check()).isNull();
	}

	@Test
	void checkWhenRequestFailsReturnsFailure() {
		AirlockGatewayException failure = new AirlockGatewayException("The gateway responded with 503", null, null);
		given(this.gateway.checkConsent()).willThrow(failure);
		assertThat(this.consent.check()).isSameAs(failure);
	}

	private static AirlockGatewayException refusal(String code, @Nullable String url) {
		return new AirlockGatewayException(new GatewayError(403, code, "no", null, null, url));
	}

}
