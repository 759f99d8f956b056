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
import io.airlockapp.gateway.client.GatewayError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ApprovalProblems}.
 */
class ApprovalProblemsTests {

	private static final String REQUEST_ID = "req-018f2f4e-1111-7222-8333-444455556666";

	private static final String OPERATORS = "Set 'airlock.gateway.auth.pat', not airpat_only-for-tests";

	private final StaticMessageSource messages = new StaticMessageSource();

	private final ApprovalProblems problems = new ApprovalProblems(this.messages, Duration.ofSeconds(30), false);

	@Test
	void tellsWhatSpringSecurityAnswersByALogin() {
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

	@Test
	void idOfACallOfAGroupIsShown() {
		String id = REQUEST_ID.replace("req-", "call-");
		assertThat(describe(new ApprovalDeniedException(OPERATORS, id, "No")).getBody().getProperties())
			.isEqualTo(Map.of("requestId", id));
	}

	@Test
	void describesATimeout() {
		ErrorResponse response = describe(new ApprovalTimeoutException(OPERATORS, REQUEST_ID));
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.GATEWAY_TIMEOUT);
		assertThat(response.getBody().getType())
			.isEqualTo(URI.create("tag:airlockapp.io,2026:problem/approval-timeout"));
		assertThat(response.getHeaders().isEmpty()).isTrue();
	}

	@Test
	void describesThatNobodyCanBeAsked() {
		ErrorResponse response = describe(new ApprovalUnavailableException(OPERATORS, null, null));
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(response.getBody().getType())
			.isEqualTo(URI.create("tag:airlockapp.io,2026:problem/approval-unavailable"));
		assertThat(response.getHeaders().getFirst(HttpHeaders.RETRY_AFTER)).isEqualTo("30");
		assertThat(response.getBody().getProperties()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "PT2M, 120", "PT2H, 7200" })
	void pauseSaysHowLongItLasts(Duration rest, String seconds) {
		ErrorResponse response = describe(new ApprovalUnavailableException(OPERATORS, rest));
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(response.getHeaders().getFirst(HttpHeaders.RETRY_AFTER)).isEqualTo(seconds);
	}

	@Test
	void describesAWithdrawalAndInvitesNoRetry() {
		ErrorResponse response = describe(new ApprovalWithdrawnException(OPERATORS, REQUEST_ID));
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.CONFLICT);
		assertThat(response.getBody().getType())
			.isEqualTo(URI.create("tag:airlockapp.io,2026:problem/approval-withdrawn"));
		assertThat(response.getHeaders().isEmpty()).isTrue();
	}

	@Test
	void describesAHaltAndInvitesNoRetry() {
		ErrorResponse response = describe(new ApprovalHaltedException(OPERATORS, null, OPERATORS));
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(response.getBody().getType())
			.isEqualTo(URI.create("tag:airlockapp.io,2026:problem/approval-halted"));
		assertThat(response.getHeaders().isEmpty()).isTrue();
		assertThat(response.getBody().toString()).doesNotContain("airlock.gateway", "airpat_");
	}

	@Test
	void describesThatAnEqualCallWaitsAndInvitesNoRetry() {
		ErrorResponse response = describe(new ApprovalPendingException(OPERATORS));
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.CONFLICT);
		assertThat(response.getBody().getType())
			.isEqualTo(URI.create("tag:airlockapp.io,2026:problem/approval-pending"));
		assertThat(response.getHeaders().isEmpty()).isTrue();
	}

	@Test
	void describesAMistakeThatNoRetryMends() {
		ErrorResponse response = describe(new InvalidApprovalUsageException(OPERATORS, null));
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
		assertThat(response.getBody().getType())
			.isEqualTo(URI.create("tag:airlockapp.io,2026:problem/approval-invalid-usage"));
		assertThat(response.getBody().getTitle()).isEqualTo("Approval not possible");
		assertThat(response.getHeaders().isEmpty()).isTrue();
	}

	@Test
	void describesADecisionThatDoesNotVerify() {
		ErrorResponse response = describe(new ApprovalVerificationException(OPERATORS, REQUEST_ID, null));
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.BAD_GATEWAY);
		assertThat(response.getBody().getType())
			.isEqualTo(URI.create("tag:airlockapp.io,2026:problem/approval-unverified"));
		assertThat(response.getHeaders().isEmpty()).isTrue();
	}

	@ParameterizedTest
	@MethodSource("failures")
	void tellsNothingOfTheMessage(Exception ex) {
		assertThat(describe(ex).getBody().toString()).doesNotContain("airlock.gateway", "airpat_");
	}

	@ParameterizedTest
	@MethodSource("failures")
	void looksIntoWhatFuturesWrapExceptionsIn(Exception ex) {
		Exception wrapped = new ExecutionException(new CompletionException(new UndeclaredThrowableException(ex)));
		assertThat(describe(wrapped).getBody()).isEqualTo(describe(ex).getBody());
	}

	private static Stream<Exception> failures() {
		return Stream.of(new ApprovalDeniedException(OPERATORS, REQUEST_ID, null),
				new ApprovalTimeoutException(OPERATORS, REQUEST_ID),
				new ApprovalUnavailableException(OPERATORS, REQUEST_ID, null), new ApprovalPendingException(OPERATORS),
				new InvalidApprovalUsageException(OPERATORS, null),
				new ApprovalVerificationException(OPERATORS, REQUEST_ID, null));
	}

	@ParameterizedTest
	@MethodSource("others")
	void saysNothingOfOtherExceptions(Exception ex) {
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
	void tellsTheReasonWhereThatIsAllowed() {
		ApprovalProblems open = new ApprovalProblems(this.messages, Duration.ofSeconds(30), true);
		ErrorResponse response = open.describe(new ApprovalDeniedException(OPERATORS, null, "Paid on Monday"),
				Locale.ENGLISH);
		assertThat(response).isNotNull();
		assertThat(response.getBody().getProperties()).isEqualTo(Map.of("reason", "Paid on Monday"));
	}

	@Test
	void makesHostileTextsOneShortLineWithoutTokens() {
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
	void repeatsWhenTheGatewayWantsToBeAskedAgain(int seconds) {
		assertThat(retryAfter(Duration.ofSeconds(seconds))).isEqualTo(String.valueOf(seconds));
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT0S", "PT0.9S", "PT-5S", "PT3601S", "PT596523H" })
	void doesNotRepeatWhatMakesNoSense(Duration told) {
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

	@ParameterizedTest
	@ValueSource(strings = { "PT0S", "PT0.5S", "PT-1S" })
	void refusesToAskForRetriesAtOnce(Duration retryAfter) {
		assertThatIllegalArgumentException().isThrownBy(() -> new ApprovalProblems(this.messages, retryAfter, false))
			.withMessageContaining("at least one second");
	}

	@Test
	void takesTheWordsOfTheApplication() {
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
	void prefersAPageWhereItIsAcceptedFirst(String accept) {
		assertThat(ApprovalProblems.isPagePreferred(MediaType.parseMediaTypes(accept))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "*/*", "text/*", "application/json", "application/json,text/html", "text/plain" })
	void prefersAProblemOtherwise(String accept) {
		assertThat(ApprovalProblems.isPagePreferred(MediaType.parseMediaTypes(accept))).isFalse();
	}

	private ErrorResponse describe(Exception ex) {
		ErrorResponse response = this.problems.describe(ex, Locale.ENGLISH);
		assertThat(response).isNotNull();
		return response;
	}

}
