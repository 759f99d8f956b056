/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Errors of the gateway and of intermediaries.
 */
class GatewayErrorTests extends AbstractEndpointTests {

	private static final String REQUEST_ID = "req-7d9f0c3e-1b2a-4c5d-8e9f-001122334455";

	static Stream<Arguments> errors() {
		List<Shape> shapes = shapes();
		Stream<Integer> statuses = Stream.of(400, 403, 404, 407, 408, 410, 418, 422, 429, 500, 502, 503, 504);
		return Stream.concat(
				Stream.of(401, 409).flatMap((status) -> shapes.stream().map((shape) -> Arguments.of(status, shape))),
				statuses.flatMap((status) -> Stream.of(0, 2, shapes.size() - 1)
					.map((number) -> Arguments.of(status, shapes.get(number)))));
	}

	private static List<Shape> shapes() {
		return List.of(
				new Shape("HARP envelope",
						"""
								{"msgType":"error","requestId":"req-other","body":{"code":"no_approver","message":"Nobody is there.",
								"requestId":"%s","details":{"a":[1]}}}"""
							.formatted(REQUEST_ID),
						"no_approver", "Nobody is there.", REQUEST_ID),
				new Shape("HARP envelope, request id outside",
						"""
								{"msgType":"error","requestId":"%s","body":{"code":"no_approver","message":"Nobody is there."}}"""
							.formatted(REQUEST_ID),
						"no_approver", "Nobody is there.", REQUEST_ID),
				new Shape("error and message", "{\"error\":\"quota_exceeded\",\"message\":\"Slow down.\"}",
						"quota_exceeded", "Slow down.", null),
				new Shape("errorCode",
						"{\"errorCode\":\"AlreadyDecidedConflict\",\"message\":\"Too late.\",\"x\":null}",
						"AlreadyDecidedConflict", "Too late.", null),
				new Shape("code", "{\"code\":\"workspace_limit_exceeded\"}", "workspace_limit_exceeded", null, null),
				new Shape("OAuth", "{\"error\":\"invalid_token\",\"error_description\":\"It has expired.\"}",
						"invalid_token", "It has expired.", null),
				new Shape("members of other types",
						"{\"error\":{\"a\":1},\"message\":[1],\"code\":42,\"requestId\":true}", null, null, null),
				new Shape("empty object", "{}", null, null, null), new Shape("empty", "", null, null, null),
				new Shape("null", "null", null, null, null), new Shape("number", "42", null, null, null),
				new Shape("text", "\"no_approver\"", null, null, null),
				new Shape("array", "[{\"code\":\"no_approver\"}]", null, null, null),
				new Shape("body that is no object", "{\"body\":[1],\"code\":\"no_approver\"}", "no_approver", null,
						null),
				new Shape("HTML", "<!DOCTYPE html><html><body>Bad gateway</body></html>", null, null, null),
				new Shape("truncated", "{\"code\":\"no_approver\",\"mess", null, null, null),
				new Shape("trailing", "{\"code\":\"no_approver\"}{}", null, null, null),
				new Shape("twice", "{\"code\":\"no_approver\",\"code\":\"expired\"}", null, null, null),
				new Shape("deep", "{\"details\":" + "[".repeat(100_000), null, null, null),
				new Shape("huge", "{\"code\":\"no_approver\",\"message\":\"%s\"}".formatted("x".repeat(1024 * 1024)),
						null, null, null));
	}

	private Instant date = Instant.now();

	@ParameterizedTest
	@MethodSource("errors")
	void errorOfAnyShapeIsRead(int status, Shape shape) {
		answer(status, shape.json());
		AirlockGatewayException ex = failure(GatewayCall.DISCOVERY,
				(status == 429 || status == 503) ? newTemplate() : template);
		assertThat(ex.getStatus()).isEqualTo(status);
		assertThat(ex.getCode()).isEqualTo(shape.code());
		assertThat(ex.getRequestId()).isEqualTo(shape.requestId());
		assertThat(ex.getRetryAfter()).isNull();
		assertThat(ex.getConsentUrl()).isNull();
		assertThat(ex).hasMessage(shape.messageFor(status));
	}

	@ParameterizedTest
	@EnumSource
	void errorOfEachCallIsReported(GatewayCall call) {
		answer(409, "{\"code\":\"AlreadyExistsConflict\",\"message\":\"Other hash.\"}");
		AirlockGatewayException ex = failure(call);
		assertThat(ex).hasMessage(
				"The gateway responded with 409 (AlreadyExistsConflict)" + (call.isQuoted() ? ": Other hash." : ""));
		assertThat(ex.getStatus()).isEqualTo(409);
	}

	@ParameterizedTest
	@CsvSource({ "https://gateway.internal.example.org:8443/v1?x=y, https://gateway.internal.example.org:8443",
			"http://[::1]:80, http://[::1]:80" })
	void namesWhereARedirectLeads(String location, String origin) {
		redirect(location);
		assertThat(failure(GatewayCall.HEARTBEAT))
			.hasMessage("The gateway responded with 301: it redirects to " + origin + ". "
					+ "Redirects are not followed: check 'airlock.gateway.base-url' and proxies in between");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/v2", "//example.org", "https://user:secret@example.org/", "ftp://example.org/",
			"https://exa mple.org/", "https://" + GatewayClients.PAT + ".example.org/", "https://\u202egro.elpmaxe/",
			"https://%41.example.org/" })
	void doesNotNameWhereAnOddRedirectLeads(String location) {
		redirect(location);
		assertThat(failure(GatewayCall.HEARTBEAT)).hasMessage("The gateway responded with 301. "
				+ "Redirects are not followed: check 'airlock.gateway.base-url' and proxies in between");
	}

	private static void redirect(String location) {
		gateway.stubFor(any(anyUrl()).willReturn(json(301, "").withHeader("Location", location)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/html", "text/plain", "application/problem+json", "image/png", "nonsense", ";;", "" })
	void errorOfAnyContentTypeIsRead(String contentType) {
		gateway.stubFor(any(anyUrl())
			.willReturn(json(403, "{\"code\":\"pairing_revoked\"}").withHeader("Content-Type", contentType)));
		AirlockGatewayException ex = failure(GatewayCall.SUBMIT);
		assertThat(ex.getStatus()).isEqualTo(403);
		assertThat(ex.isPairingRevoked()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "429, quota", "403, none", "404, none", "410, expired", "409, conflict", "500, none" })
	void statusDeterminesKindOfFailure(int status, String expected) {
		answer(status, "");
		AirlockGatewayException ex = failure(GatewayCall.STATUS);
		assertThat(ex.isQuotaExceeded()).isEqualTo(expected.equals("quota"));
		assertThat(ex.isPairingRevoked()).isFalse();
		assertThat(ex.isExpired()).isEqualTo(expected.equals("expired"));
		assertThat(ex.isConflict()).isEqualTo(expected.equals("conflict"));
		assertThat(ex.isConsentMissing()).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "quota_exceeded, quota", "pairing_revoked, revoked", "expired, expired",
			"app_consent_required, consent", "app_consent_pending, consent", "app_consent_denied, consent",
			"no_approver, none", "bad_request, none", "expired_token, none" })
	void codeDeterminesKindOfFailure(String code, String expected) {
		answer(400, "{\"error\":\"%s\"}".formatted(code));
		AirlockGatewayException ex = failure(GatewayCall.STATUS);
		assertThat(ex.isQuotaExceeded()).isEqualTo(expected.equals("quota"));
		assertThat(ex.isPairingRevoked()).isEqualTo(expected.equals("revoked"));
		assertThat(ex.isExpired()).isEqualTo(expected.equals("expired"));
		assertThat(ex.isConflict()).isFalse();
		assertThat(ex.isConsentMissing()).isEqualTo(expected.equals("consent"));
	}

	@ParameterizedTest
	@CsvSource({ "0, 0", "1, 1", "' 30 ', 30", "3600, 3600", "2147483647, 2147483647", "-1, 0", "-2147483648, 0" })
	void readsRetryAfterInSeconds(String header, long seconds) {
		assertThat(retryAfter(header)).isEqualTo(Duration.ofSeconds(seconds));
	}

	@ParameterizedTest
	@ValueSource(longs = { -3600, -55, 0, 55, 3600 })
	void readsRetryAfterAsADateOfTheGatewaysClock(long ahead) {
		this.date = Instant.now().plusSeconds(ahead);
		assertThat(retryAfter(httpDate(this.date.plusSeconds(5)))).isEqualTo(Duration.ofSeconds(5));
	}

	@Test
	void readsRetryAfterAsADateFarAway() {
		assertThat(retryAfter("Fri, 31 Dec 9999 23:59:59 GMT")).isNotNull().isGreaterThan(Duration.ofDays(365_000));
	}

	@ParameterizedTest
	@ValueSource(strings = { "Sun, 06 Nov 1994 08:49:37 GMT", "Thu, 01 Jan 1970 00:00:00 GMT" })
	void doesNotWaitForADateInThePast(String header) {
		assertThat(retryAfter(header)).isEqualTo(Duration.ZERO);
	}

	@ParameterizedTest
	@ValueSource(strings = { "soon", "1.5", "1e3", "0x10", "1 2", "30s", "2147483648", "99999999999999999999999999",
			"-2147483649", "2026-11-24T10:00:00Z", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 99 Nov 1994 08:49:37 GMT",
			"Mon, 06 Nov 1994 08:49:37 GMT" })
	void ignoresRetryAfterThatItCannotRead(String header) {
		assertThat(retryAfter(header)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"{\"error\":\"app_consent_required\",\"consentUrl\":\"%s\",\"appName\":\"Refunds\",\"appId\":\"app-1\"}",
			"{\"msgType\":\"error\",\"body\":{\"code\":\"app_consent_required\",\"details\":{\"consentUrl\":\"%s\"}}}",
			"{\"msgType\":\"error\",\"body\":{\"code\":\"app_consent_required\",\"consentUrl\":\"%s\"}}" })
	void consentUrlIsRead(String json) {
		String url = "https://example.org/consent?app=app-1&return=%2Fa#top";
		answer(403, json.formatted(url));
		AirlockGatewayException ex = failure(GatewayCall.CONSENT);
		assertThat(ex.isConsentMissing()).isTrue();
		assertThat(ex.getConsentUrl()).isEqualTo(url);
		assertThat(ex.getMessage()).doesNotContain("example.org");
	}

	@ParameterizedTest
	@ValueSource(strings = { "javascript:alert(1)", "JavaScript:alert(1)//https://example.org", "data:text/html,x",
			"file:///etc/passwd", "ftp://example.org", "//example.org", "/consent", "https://", "https:// example.org",
			"https://example.org/\\u0000", "https://example.org/a\\r\\nb", "\\u0020https://example.org",
			"https://ex\\u00e4mple.org", "https://example.org/\\u202e", "", "about:blank", "http://example.org",
			"http://localhost@example.org", "http://localhost.example.org", "http://127.0.0.1.example.org",
			"https://bank.example@example.org", "https://example.org\\\\@bank.example", "http://[::1",
			"HTTPS:/example.org" })
	void consentUrlWhenNotHttpsIsIgnored(String url) {
		answer(403, "{\"error\":\"app_consent_required\",\"consentUrl\":\"%s\"}".formatted(url));
		AirlockGatewayException ex = failure(GatewayCall.CONSENT);
		assertThat(ex.isConsentMissing()).isTrue();
		assertThat(ex.getConsentUrl()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://localhost:8080/consent", "http://127.0.0.1", "http://[::1]:8080?app=1",
			"https://example.org", "https://example.org:8443/a@b" })
	void consentUrlWhenHttpsOrLocalIsAccepted(String url) {
		answer(403, "{\"error\":\"app_consent_required\",\"consentUrl\":\"%s\"}".formatted(url));
		assertThat(failure(GatewayCall.CONSENT).getConsentUrl()).isEqualTo(url);
	}

	@Test
	void consentUrlWhenTooLongIsIgnored() {
		answer(403, "{\"error\":\"app_consent_required\",\"consentUrl\":\"https://example.org/%s\"}"
			.formatted("a".repeat(10_000)));
		assertThat(failure(GatewayCall.CONSENT).getConsentUrl()).isNull();
	}

	private @Nullable Duration retryAfter(String header) {
		gateway.stubFor(any(anyUrl())
			.willReturn(json(429, "{\"error\":\"quota_exceeded\"}").withHeader("Date", httpDate(this.date))
				.withHeader("Retry-After", header)));
		AirlockGatewayException ex = failure(GatewayCall.HEARTBEAT);
		assertThat(ex.isQuotaExceeded()).isTrue();
		return ex.getRetryAfter();
	}

	private static String httpDate(Instant instant) {
		return DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
			.withZone(ZoneOffset.UTC)
			.format(instant);
	}

	private AirlockGatewayException failure(GatewayCall call) {
		// Not the shared one, which a refusal makes pause
		return failure(call, newTemplate());
	}

	private AirlockGatewayException failure(GatewayCall call, AirlockGatewayTemplate template) {
		AirlockGatewayException ex = catchThrowableOfType(AirlockGatewayException.class, () -> call.on(template));
		assertThat(ex).isNotNull();
		return ex;
	}

	private record Shape(String name, String json, @Nullable String code, @Nullable String message,
			@Nullable String requestId) {

		private String messageFor(int status) {
			return "The gateway responded with " + status + ((this.code != null) ? " (" + this.code + ")" : "")
					+ ((this.message != null) ? ": " + this.message : "") + remedyFor(status);
		}

		private String remedyFor(int status) {
			if ((status != 401 && status != 403) || "quota_exceeded".equals(this.code)) {
				return "";
			}
			return ((this.message != null) ? " " : ". ") + "Check the credentials in 'airlock.gateway.auth.*'";
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
