/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Map;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.harp.Ciphertext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * A gateway that writes into our logs.
 */
class HostileErrorTextTests extends AbstractEndpointTests {

	private static final String[] MEMBERS = { "code", "message", "requestId", "error_description", "error",
			"errorCode" };

	@ParameterizedTest
	@ValueSource(strings = { "\n", "\r", "\r\n", "\t", "\u0000", "\u0008", "\u000b", "\u000c", "\u001b[2J", "\u007f",
			"\u0085", "\u009b31m", "\u00ad", "\u200b", "\u200f", "\u2028", "\u2029", "\u202e", "\u2066", "\ufeff",
			"\udb40\udc41", "\ud83d", "\ue000" })
	void controlCharactersAreRemovedFromMessage(String text) {
		for (String member : MEMBERS) {
			AirlockGatewayException ex = failure(member, "before" + text + "INFO forged");
			assertThat(written(ex)).contains("before", "forged");
			assertThat(written(ex).codePoints()).noneMatch(HostileErrorTextTests::isUnfit);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "airpat_short", "airpat_of-the-tests", "airpat_0123456789abcdefghijklmnopqrstuvwxyz",
			"q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJ0g=", "q83-EjRWeJq83_EjRWeJq83vEjRWeJq83vEjRWeJ0g",
			"a+b/c+d/e+f/A+B/C+D/E+F/0123==", "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlc2lnbmF0dXJl",
			"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", "req-q83vEjRWeJq83vEjRWeJq83vEjRWeJ",
			"msg-q83vEjRWeJq83vEjRWeJq83vEjRWeJ", "3f2b8c1e-9a7d-4e5f-8b6c-0d1e2f3a4b5c",
			"qrstuvwxyzabcdefghijklmnopqrstuvwxyz" })
	void messageDoesNotContainTokens(String token) {
		for (String member : MEMBERS) {
			assertThat(written(failure(member, token))).doesNotContain(token);
			assertThat(written(failure(member, "for \"" + token + "\", try again"))).doesNotContain(token)
				.contains("for \"***", "try again");
			assertThat(written(failure(member, "Bearer:" + token + ";"))).doesNotContain(token);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 150, 170, 190, 199, 390, 398, 780, 790, 799, 1590 })
	void doesNotRepeatAPartOfATokenThatIsCutOff(int length) {
		String secret = "q83vEjRWeJ0g".repeat(20);
		String text = secret.repeat(length / secret.length()) + " " + "x ".repeat((length % secret.length()) / 2)
				+ secret;
		for (String member : MEMBERS) {
			assertThat(written(failure(member, text))).doesNotContain(secret.substring(0, 12));
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 180, 190, 195, 199 })
	void doesNotRepeatAPartOfARoutingTokenThatIsCutOff(int length) {
		String token = "rt:7f:91:0c:55";
		ArtifactSubmission body = new ArtifactSubmission("command.review", "00ff",
				new Ciphertext("AES-256-GCM", "ZGF0YQ==", "bm9uY2U=", "dGFn"), "2026-11-24T10:05:00Z",
				Map.of("routingToken", token));
		answer(400, JsonNodeFactory.instance.objectNode().put("message", "x ".repeat(length / 2) + token).toString());
		AirlockGatewayException ex = catchThrowableOfType(AirlockGatewayException.class, () -> template
			.submitArtifact(Envelope.of(ArtifactSubmission.MSG_TYPE, "req-1", Instant.EPOCH, null, "refunds", body)));
		assertThat(ex.getMessage()).doesNotContain("rt:");
	}

	@ParameterizedTest
	@ValueSource(strings = { "kfdw-92xt", "KFDW-92XT", "KFDW92XT" })
	void doesNotRepeatAPairingCodeInAnyForm(String form) {
		answer(400,
				JsonNodeFactory.instance.objectNode()
					.put("error", "invalid_code")
					.put("message", "Code " + form + " was not claimed")
					.toString());
		AirlockGatewayException ex = catchThrowableOfType(AirlockGatewayException.class, () -> template
			.claimPairing(new PairingClaim("kfdw-92xt", "device-1", "refunds", "Refunds", "payments", null, null)));
		assertThat(ex).hasMessageContainingAll("400", "invalid_code");
		assertThat(ex.getMessage()).doesNotContainIgnoringCase("kfdw");
	}

	@ParameterizedTest
	@ValueSource(strings = { "kfdw-92xt", "KFDW-92XT", "KFDW92XT", "kfdw_92xt", "Code KFDW-92XT is of another" })
	void doesNotRepeatAPairingCodeInAnyMember(String form) {
		for (String member : MEMBERS) {
			answer(400, JsonNodeFactory.instance.objectNode().put(member, form).toString());
			AirlockGatewayException ex = catchThrowableOfType(AirlockGatewayException.class, () -> template
				.claimPairing(new PairingClaim("kfdw-92xt", "device-1", "refunds", "Refunds", "payments", null, null)));
			assertThat(ex).as(member).hasMessageContaining("400");
			assertThat(written(ex)).as(member).doesNotContainIgnoringCase("kfdw");
		}
	}

	@Test
	void doesNotRepeatAPairingCodeInTheHostOfARedirect() {
		gateway
			.stubFor(any(anyUrl()).willReturn(json(302, "{}").withHeader("Location", "https://KFDW92XT.example.org/")));
		AirlockGatewayException ex = catchThrowableOfType(AirlockGatewayException.class, () -> template
			.claimPairing(new PairingClaim("kfdw-92xt", "device-1", "refunds", "Refunds", "payments", null, null)));
		assertThat(ex).hasMessageContaining("302");
		assertThat(written(ex)).doesNotContainIgnoringCase("kfdw");
	}

	@Test
	void repeatsNeitherNonceNorRoutingTokenOfAPairing() {
		for (String member : MEMBERS) {
			answer(404, JsonNodeFactory.instance.objectNode().put(member, "no pairing PN-X1").toString());
			assertThat(written(
					catchThrowableOfType(AirlockGatewayException.class, () -> template.getPairingStatus("pn-x1"))))
				.doesNotContainIgnoringCase("pn-x1");
			assertThat(
					written(catchThrowableOfType(AirlockGatewayException.class, () -> template.revokePairing("pn-x1"))))
				.doesNotContainIgnoringCase("pn-x1");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "workspace_limit_exceeded", "expired", "AlreadyDecidedConflict", "app_consent_required" })
	void repeatsTheCodesOfTheGatewayForAPairing(String code) {
		answer(409, JsonNodeFactory.instance.objectNode().put("error", code).put("message", "Secret").toString());
		assertThat(catchThrowableOfType(AirlockGatewayException.class, () -> template.getPairingStatus("pn-x1")))
			.returns(code, AirlockGatewayException::getCode)
			.message()
			.doesNotContain("Secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "workspace_limit_exceeded", "AlreadyDecidedConflict", "app_consent_required",
			"authorization_pending_for_application", "req-3f2b8c1e-9a7d-4e5f-8b6c-0d1e2f3a4b5c",
			"msg-3f2b8c1e-9a7d-4e5f-8b6c-0d1e2f3a4b5c" })
	void messageContainsCodesAndIds(String word) {
		for (String member : MEMBERS) {
			assertThat(written(failure(member, word))).contains(word);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "a ", "漢 ", "🔒 ", "a\n" })
	void messageHasLimitedLength(String text) {
		for (String member : MEMBERS) {
			AirlockGatewayException ex = failure(member, text.repeat(100_000));
			assertThat(written(ex)).hasSizeLessThan(1000);
			assertThat(written(ex).codePoints()).noneMatch(HostileErrorTextTests::isUnfit);
		}
	}

	private AirlockGatewayException failure(String member, String text) {
		ObjectNode json = JsonNodeFactory.instance.objectNode().put(member, text);
		answer(400, json.toString());
		AirlockGatewayException ex = catchThrowableOfType(AirlockGatewayException.class, template::echo);
		assertThat(ex).isNotNull();
		StringWriter trace = new StringWriter();
		ex.printStackTrace(new PrintWriter(trace));
		assertThat(trace.toString().lines()).filteredOn((line) -> !line.startsWith("\tat "))
			.containsExactly(ex.toString());
		return ex;
	}

	private static String written(AirlockGatewayException ex) {
		return ex.getMessage() + "|" + ex.getCode() + "|" + ex.getRequestId();
	}

	private static boolean isUnfit(int codePoint) {
		return switch (Character.getType(codePoint)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE,
					Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.UNASSIGNED ->
				true;
			default -> false;
		};
	}

}
