/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.micrometer.observation.Observation.Context;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClientException;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Successful answers that are none.
 */
class UnreadableResponseTests extends AbstractEndpointTests {

	private static final String DECISION = "{\"msgType\":\"decision.deliver\",\"body\":{\"decision\":\"approve\"}}";

	@ParameterizedTest
	@ValueSource(strings = { "<html>approve</html>", "approve", "\"approve\"", "true", "42", "[]", "[" + DECISION + "]",
			"{\"body\":{\"decision\":\"approve\"}", "{\"body\":{\"decision\":\"approve\"", "{", "{\"body\":}",
			"{'body':{}}", "{body:{}}", "{\"body\":{},}", "{\"body\":NaN}", "{\"body\":01}", "/* c */{\"body\":{}}",
			"{\"body\":{\"decision\":\"reject\",\"decision\":\"approve\"}}", "{\"body\":{},\"body\":{}}",
			"{\"unknown\":1,\"unknown\":2}", DECISION + DECISION, DECISION + "x", DECISION + " null",
			"{\"requestId\":{\"a\":1}}", "{\"requestId\":[\"req-1\"]}" })
	void malformedResponseIsNoDecision(String answer) {
		answer(200, answer);
		assertThatDecisionCannotBeRead();
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "application/json; charset=utf-8", "APPLICATION/JSON",
			"application/vnd.harp+json", "text/html", "text/plain", "application/octet-stream", "nonsense",
			"application/json;charset=nonsense", ";;", "" })
	void decisionWithAnyContentTypeIsRead(String contentType) {
		gateway.stubFor(any(anyUrl()).willReturn(json(200, DECISION).withHeader("Content-Type", contentType)));
		assertThatDecisionIsRead();
	}

	@Test
	void decisionWithoutContentTypeIsRead() {
		gateway.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200).withBody(DECISION)));
		assertThatDecisionIsRead();
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"sender\":\"gateway\"", "\"sender\":[]", "\"sender\":{\"enforcerId\":1}",
			"\"createdAt\":{\"seconds\":1}", "\"createdAt\":1", "\"recipient\":1", "\"trace\":\"1\"" })
	void decisionWithMalformedUnusedMembersIsRead(String member) {
		answer(200, DECISION.replace("{\"msgType\"", "{" + member + ",\"msgType\""));
		assertThatDecisionIsRead();
	}

	@ParameterizedTest
	@ValueSource(strings = { "[", "{\"a\":" })
	void decisionNestedSixtyFourLevelsIsRead(String level) {
		answer(200, "{\"body\":" + nested(level, 63) + "}");
		assertThat(template.awaitDecision("req-1", Duration.ofSeconds(1))).isNotNull();
		answer(200, "{\"unknown\":" + nested(level, 63) + "}");
		assertThat(template.awaitDecision("req-1", Duration.ofSeconds(1))).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "[", "{\"a\":" })
	void decisionNestedMoreThanSixtyFourLevelsIsNotRead(String level) {
		for (int depth : new int[] { 64, 1000, 15_000 }) {
			answer(200, "{\"body\":" + nested(level, depth) + "}");
			assertThatDecisionCannotBeRead();
			answer(200, "{\"unknown\":" + nested(level, depth) + "}");
			assertThatDecisionCannotBeRead();
		}
	}

	@Test
	void compressedResponseIsNotRead() throws IOException {
		gateway.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200)
			.withHeader("Content-Type", "application/json")
			.withHeader("Content-Encoding", "gzip")
			.withBody(gzip(DECISION))));
		assertThatDecisionCannotBeRead();
		assertThat(SentRequests.only(gateway).containsHeader("Accept-Encoding")).isFalse();
	}

	@Test
	void compressedErrorIsNotRead() throws IOException {
		gateway.stubFor(any(anyUrl()).willReturn(
				aResponse().withStatus(400).withHeader("Content-Encoding", "gzip").withBody(gzip("{\"code\":\"a\"}"))));
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(template::echo)
			.withMessage("The gateway responded with 400");
	}

	@Test
	void malformedResponseIsNotInMessage() {
		answer(200, "{\"body\":\"airpat_0123456789\ninjected");
		assertThatDecisionCannotBeRead();
	}

	@ParameterizedTest
	@ValueSource(strings = { "airpat_0123456789", "{\"requestId\":{\"airpat_0123456789\":1}}",
			"{\"body\":airpat_0123456789}", "{\"airpat_0123456789\":1,\"airpat_0123456789\":1}" })
	void malformedResponseIsNotInObservations(String answer) {
		answer(200, answer);
		List<Throwable> errors = new ArrayList<>();
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new ObservationHandler<Context>() {

			@Override
			public void onError(Context context) {
				errors.add(context.getError());
			}

			@Override
			public boolean supportsContext(Context context) {
				return true;
			}

		});
		AirlockGatewayApi api = AirlockGatewayApiFactory.create(URI.create(gateway.baseUrl()),
				new JdkClientHttpRequestFactory(), (builder) -> builder.observationRegistry(registry), (own) -> {
				});
		assertThatExceptionOfType(RestClientException.class).isThrownBy(() -> api.awaitDecision("req-1", 1, null));
		assertThat(errors).isNotEmpty().allSatisfy((error) -> {
			StringWriter trace = new StringWriter();
			error.printStackTrace(new PrintWriter(trace));
			assertThat(trace.toString()).contains("not valid JSON").doesNotContain("airpat");
		});
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ACKNOWLEDGE")
	void callThatNeedsResponseWhenItIsPageFails(GatewayCall call) {
		answer(200, "\n<!DOCTYPE html><html>");
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(() -> call.on(template))
			.withMessage("The gateway's response cannot be read")
			.withNoCause();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "OK", "{}", "{\"status\":\"ok\"}", "[]" })
	void heartbeatWithAnyOtherContentSucceeds(String content) {
		answer(200, content);
		assertThatNoException().isThrownBy(() -> GatewayCall.HEARTBEAT.on(template));
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE,
			names = { "SUBMIT", "WAIT", "WITHDRAW", "ACKNOWLEDGE", "REVOKE_PAIRING", "HEARTBEAT" })
	void callThatNeedsResponseWhenEmptyFails(GatewayCall call) {
		answer(204, "");
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(() -> call.on(template))
			.withMessage("The gateway's response is empty");
	}

	private void assertThatDecisionIsRead() {
		Envelope<JsonNode> envelope = template.awaitDecision("req-1", Duration.ofSeconds(1));
		assertThat(envelope).isNotNull();
		assertThat(envelope.msgType()).isEqualTo("decision.deliver");
		assertThat(envelope.body().path("decision").stringValue()).isEqualTo("approve");
	}

	private void assertThatDecisionCannotBeRead() {
		assertThatExceptionOfType(AirlockGatewayException.class)
			.isThrownBy(() -> template.awaitDecision("req-1", Duration.ofSeconds(1)))
			.withMessage("The gateway's response cannot be read")
			.withNoCause()
			.satisfies((ex) -> assertThat(ex.getStatus()).isZero());
	}

	private static String nested(String level, int depth) {
		String close = level.startsWith("[") ? "]" : "}";
		return level.repeat(depth - 1) + level.charAt(0) + close + close.repeat(depth - 1);
	}

	private static byte[] gzip(String text) throws IOException {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
			gzip.write(text.getBytes(StandardCharsets.UTF_8));
		}
		return out.toByteArray();
	}

}
