/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.web;

import java.lang.reflect.UndeclaredThrowableException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalHaltedException;
import io.airlockapp.gateway.ApprovalPendingException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.ApprovalWithdrawnException;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.MethodStartedException;
import io.airlockapp.gateway.client.GatewayError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.support.StaticMessageSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.security.oauth2.client.ClientAuthorizationRequiredException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link ApprovalProblems}.
 */
class ApprovalProblemsTests {

	private static final String REQUEST_ID = "req-018f2f4e-1111-7222-8333-444455556666";

	private static final String OPERATORS = "Set 'airlock.gateway.auth.pat', not airpat_only-for-tests";

	private final StaticMessageSource messages = new StaticMessageSource();

	private final ApprovalProblems problems = new ApprovalProblems(this.messages, Duration.ofSeconds(30), false);

	@Test
	void isLoginRequiredWhenCausedByMissingAuthorizationReturnsTrue() {
		IdentityUnavailableException loginRequired = new IdentityUnavailableException("Log in again",
				new ClientAuthorizationRequiredException("airlock"));
		assertThat(ApprovalProblems.isLoginRequired(loginRequired)).isTrue();
		assertThat(ApprovalProblems.isLoginRequired(new CompletionException(loginRequired))).isTrue();
		assertThat(ApprovalProblems.isLoginRequired(new IdentityUnavailableException("Sign in first", null))).isFalse();
		assertThat(ApprovalProblems
			.isLoginRequired(new IdentityUnavailableException("Sign in first", new IllegalStateException()))).isFalse();
		assertThat(ApprovalProblems.isLoginRequired(
				new ApprovalUnavailableException("Not now", null, new ClientAuthorizationRequiredException("other"))))
			.isFalse();
	}

	@Test
	void describesADenial() {
		ErrorResponse response = describe(new ApprovalDeniedException(OPERATORS, REQUEST_ID, "No"));
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.FORBIDDEN);
		assertThat(response.getHeaders().isEmpty()).isTrue();
		ProblemDetail body = response.getBody();
		assertThat(body.getStatus()).isEqualTo(403);
		assertThat(body.getType()).isEqualTo(URI.create("tag:airlockapp.io,2026:problem/approval-denied"));
		assertThat(body.getTitle()).isEqualTo("Approval denied");
		assertThat(body.getDetail()).isEqualTo("The approver denied the request.");
		assertThat(body.getProperties()).isEqualTo(Map.of("requestId", REQUEST_ID));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void describesEachFailureWithoutItsMessage(Exception ex, HttpStatus status, String type, String title,
			@Nullable String retryAfter, @Nullable String requestId) {
		ErrorResponse response = describe(ex);
		assertThat(response.getStatusCode()).isEqualTo(status);
		assertThat(response.getBody().getType()).isEqualTo(URI.create("tag:airlockapp.io,2026:problem/" + type));
		assertThat(response.getBody().getTitle()).isEqualTo(title);
		assertThat(response.getHeaders().getFirst(HttpHeaders.RETRY_AFTER)).isEqualTo(retryAfter);
		assertThat(response.getHeaders().size()).isEqualTo((retryAfter != null) ? 1 : 0);
		assertThat(response.getBody().getProperties())
			.isEqualTo((requestId != null) ? Map.of("requestId", requestId) : null);
		assertThat(response.getBody().toString()).doesNotContain("airlock.gateway", "airpat_");
		Exception wrapped = new ExecutionException(new CompletionException(new UndeclaredThrowableException(ex)));
		assertThat(describe(wrapped).getBody()).isEqualTo(response.getBody());
	}

	private static Stream<Arguments> failures() {
		String callId = REQUEST_ID.replace("req-", "call-");
		return Stream.of(
				arguments(new ApprovalDeniedException(OPERATORS, callId, "No"), HttpStatus.FORBIDDEN, "approval-denied",
						"Approval denied", null, callId),
				arguments(new ApprovalTimeoutException(OPERATORS, REQUEST_ID), HttpStatus.GATEWAY_TIMEOUT,
						"approval-timeout", "Approval timed out", null, REQUEST_ID),
				arguments(new ApprovalUnavailableException(OPERATORS, null, null), HttpStatus.SERVICE_UNAVAILABLE,
						"approval-unavailable", "Approval unavailable", "30", null),
				arguments(new ApprovalUnavailableException(OPERATORS, Duration.ofMinutes(2)),
						HttpStatus.SERVICE_UNAVAILABLE, "approval-unavailable", "Approval unavailable", "120", null),
				arguments(new ApprovalUnavailableException(OPERATORS, Duration.ofHours(2)),
						HttpStatus.SERVICE_UNAVAILABLE, "approval-unavailable", "Approval unavailable", "7200", null),
				arguments(new ApprovalWithdrawnException(OPERATORS, REQUEST_ID), HttpStatus.CONFLICT,
						"approval-withdrawn", "Approval withdrawn", null, REQUEST_ID),
				arguments(new ApprovalHaltedException(OPERATORS, null, OPERATORS), HttpStatus.SERVICE_UNAVAILABLE,
						"approval-halted", "Approval halted", null, null),
				arguments(new ApprovalPendingException(OPERATORS), HttpStatus.CONFLICT, "approval-pending",
						"Approval pending", null, null),
				arguments(new InvalidApprovalUsageException(OPERATORS, null), HttpStatus.INTERNAL_SERVER_ERROR,
						"approval-invalid-usage", "Approval not possible", null, null),
				arguments(new MethodStartedException(OPERATORS), HttpStatus.INTERNAL_SERVER_ERROR,
						"approval-outcome-unknown", "Outcome unknown", null, null),
				arguments(new ApprovalVerificationException(OPERATORS, REQUEST_ID, null), HttpStatus.BAD_GATEWAY,
						"approval-unverified", "Approval not verified", null, REQUEST_ID));
	}

	@ParameterizedTest
	@MethodSource("others")
	void describeWhenExceptionIsOtherReturnsNull(Exception ex) {
		assertThat(this.problems.describe(ex, Locale.ENGLISH)).isNull();
	}

	private static Stream<Exception> others() {
		Exception denial = new ApprovalDeniedException(OPERATORS, REQUEST_ID, null);
		return Stream.of(new IllegalStateException(denial),
				new ResponseStatusException(HttpStatus.CONFLICT, "", denial),
				new CompletionException(new IllegalStateException(denial)), new CompletionException((Throwable) null),
				new CompletionException(denial) {
				}, new AirlockGatewayException(OPERATORS, null, null), new AirlockGatewayException(gatewayError(null)));
	}

	@Test
	void hostileTextsAreSanitizedToShortLine() {
		ApprovalProblems open = new ApprovalProblems(this.messages, Duration.ofSeconds(30), true);
		String reason = "No\r\nSet-Cookie: a=b\u202e\u0000\ud800 airpat_only-for-tests " + "x".repeat(5000);
		ErrorResponse response = open.describe(
				new ApprovalDeniedException(OPERATORS, "req\n\u0007airpat_only-for-tests", reason), Locale.ENGLISH);
		assertThat(response).isNotNull();
		assertThat(response.getBody().getProperties()).hasSize(2).allSatisfy((name, value) -> {
			assertThat(value).asString().hasSizeLessThan(250).doesNotContain("airpat_", "only-for-tests");
			assertThat(value).asString().doesNotContainPattern("[\\p{C}\\p{Zl}\\p{Zp}]");
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 7, 3600 })
	void retryAfterIsThatOfGateway(int seconds) {
		assertThat(retryAfter(Duration.ofSeconds(seconds))).isEqualTo(String.valueOf(seconds));
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT0S", "PT0.9S", "PT-5S", "PT3601S", "PT596523H" })
	void retryAfterWhenOutOfRangeIsDefault(Duration told) {
		assertThat(retryAfter(told)).isEqualTo("30");
	}

	private @Nullable String retryAfter(@Nullable Duration told) {
		AirlockGatewayException cause = new AirlockGatewayException(gatewayError(told));
		return describe(new ApprovalUnavailableException(OPERATORS, null, cause)).getHeaders()
			.getFirst(HttpHeaders.RETRY_AFTER);
	}

	private static GatewayError gatewayError(@Nullable Duration retryAfter) {
		return new GatewayError(503, null, null, null, retryAfter);
	}

	@Test
	void describeUsesMessagesOfApplication() {
		String type = ApprovalDeniedException.class.getName();
		this.messages.addMessage("problemDetail.type." + type, Locale.GERMAN, "https://example.com/probleme/nein");
		this.messages.addMessage("problemDetail.title." + type, Locale.GERMAN, "Nicht freigegeben");
		this.messages.addMessage("problemDetail." + type, Locale.GERMAN, "Die Freigabe wurde abgelehnt.");
		ErrorResponse german = this.problems.describe(new ApprovalDeniedException(OPERATORS, null, null) {
		}, Locale.GERMAN);
		assertThat(german).isNotNull();
		assertThat(german.getBody().getType()).isEqualTo(URI.create("https://example.com/probleme/nein"));
		assertThat(german.getBody().getTitle()).isEqualTo("Nicht freigegeben");
		assertThat(german.getBody().getDetail()).isEqualTo("Die Freigabe wurde abgelehnt.");
		assertThat(describe(new ApprovalDeniedException(OPERATORS, null, null)).getBody().getTitle())
			.isEqualTo("Approval denied");
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
			"application/xhtml+xml" })
	void isPagePreferredWhenHtmlIsAcceptedFirstReturnsTrue(String accept) {
		assertThat(ApprovalProblems.isPagePreferred(MediaType.parseMediaTypes(accept))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "*/*", "text/*", "application/json", "application/json,text/html", "text/plain" })
	void isPagePreferredOtherwiseReturnsFalse(String accept) {
		assertThat(ApprovalProblems.isPagePreferred(MediaType.parseMediaTypes(accept))).isFalse();
	}

	private ErrorResponse describe(Exception ex) {
		ErrorResponse response = this.problems.describe(ex, Locale.ENGLISH);
		assertThat(response).isNotNull();
		return response;
	}

}
