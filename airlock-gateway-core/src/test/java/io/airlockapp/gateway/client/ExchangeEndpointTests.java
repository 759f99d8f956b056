/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.harp.Ciphertext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Submitting, watching, withdrawing and acknowledging, as it travels.
 */
class ExchangeEndpointTests extends AbstractEndpointTests {

	private static final Instant NOW = Instant.parse("2026-11-24T10:00:00.123456789Z");

	@Test
	void submitsAnArtifact() {
		answer(202, """
				{"msgId":"msg-2","msgType":"artifact.accepted","requestId":"req-1","createdAt":"2026-11-24T10:00:01Z",
				"sender":{"gateway":true},"body":{"accepted":true},"newMember":[{"a":1}]}""");
		Envelope<JsonNode> accepted = template.submitArtifact(submission(NOW.plusSeconds(300)));
		assertPost("/v1/artifacts", """
				{"msgId":"${json-unit.any-string}","msgType":"artifact.submit","requestId":"req-1",
				"createdAt":"2026-11-24T10:00:00.123Z","expiresAt":"2026-11-24T10:05:00.123Z",
				"sender":{"enforcerId":"refunds"},
				"body":{"artifactType":"command.review","artifactHash":"00ff",
				"ciphertext":{"alg":"AES-256-GCM","data":"ZGF0YQ==","nonce":"bm9uY2U=","tag":"dGFn"},
				"expiresAt":"2026-11-24T10:05:00.123Z",
				"metadata":{"routingToken":"routing-1","workspaceName":"zahlungen-übersee"}}}""");
		assertThat(accepted.msgType()).isEqualTo("artifact.accepted");
		assertThat(accepted.requestId()).isEqualTo("req-1");
		assertThat(accepted.body()).isEqualTo(JsonNodeFactory.instance.objectNode().put("accepted", true));
	}

	@Test
	void submitWhenMembersAreMissingOmitsThem() {
		answer(202, "{}");
		Envelope<JsonNode> accepted = template.submitArtifact(submission(null));
		assertPost("/v1/artifacts", """
				{"msgId":"${json-unit.any-string}","msgType":"artifact.submit","requestId":"req-1",
				"createdAt":"2026-11-24T10:00:00.123Z","sender":{"enforcerId":"refunds"},
				"body":{"artifactType":"command.review","artifactHash":"00ff",
				"ciphertext":{"alg":"AES-256-GCM","data":"ZGF0YQ==","nonce":"bm9uY2U=","tag":"dGFn"},
				"expiresAt":"2026-11-24T10:05:00.123Z",
				"metadata":{"routingToken":"routing-1","workspaceName":"zahlungen-übersee"}}}""");
		assertThat(accepted).isEqualTo(new Envelope<JsonNode>(null, null, null, null, null, null, null, null, null));
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 202, 204 })
	void submitWhenResponseIsEmptySucceeds(int status) {
		answer(status, "");
		assertThat(template.submitArtifact(submission(null))).isNull();
	}

	@Test
	void readsTheStatusOfAnExchange() {
		answer(200,
				"""
						{"msgId":"msg-2","msgType":"exchange.status","requestId":"req-1","trace":{"id":"t"},
						"body":{"requestId":"req-1","state":"decided","createdAt":"2026-11-24T10:00:00Z",
						"expiresAt":"2026-11-24T10:05:00Z","artifactHash":"00ff","decision":{"decision":"reject"},"more":1}}""");
		ExchangeStatus status = template.getExchange("req-1");
		assertGet("/v1/exchanges/req-1");
		assertThat(status).isEqualTo(new ExchangeStatus("req-1", ExchangeState.DECIDED, "00ff",
				JsonNodeFactory.instance.objectNode().put("decision", "reject")));
	}

	@ParameterizedTest
	@CsvSource({ "pendingApproval, PENDING_APPROVAL", "PendingApproval, PENDING_APPROVAL",
			"PENDINGAPPROVAL, PENDING_APPROVAL", "Decided, DECIDED", "delivered, DELIVERED", "DELIVERED, DELIVERED",
			"Expired, EXPIRED", "withdrawn, WITHDRAWN", "Cancelled, CANCELLED", "escalated, UNKNOWN", "'', UNKNOWN",
			"unknown, UNKNOWN" })
	void readsStatesInAnyCase(String text, ExchangeState state) {
		answer(200, "{\"body\":{\"state\":\"%s\"}}".formatted(text));
		assertThat(template.getExchange("req-1")).isEqualTo(new ExchangeStatus(null, state, null, null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"body\":null}", "null", "" })
	void failsWhenThereIsNoStatus(String answer) {
		answer(200, answer);
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(() -> template.getExchange("req-1"))
			.withMessageContaining("gateway's response");
	}

	@ParameterizedTest
	@CsvSource({ "1, 1", "25, 25", "60, 60" })
	void waitsForADecision(long seconds, String query) {
		answer(200, """
				{"msgId":"msg-2","msgType":"decision.deliver","requestId":"req-1","extra":null,
				"body":{"decision":"approve","nonce":"n","unknown":{"deep":[1,2]}}}""");
		Envelope<JsonNode> decision = template.awaitDecision("req-1", Duration.ofSeconds(seconds));
		assertGet("/v1/exchanges/req-1/wait?timeout=" + query);
		assertThat(decision).isNotNull();
		assertThat(decision.msgId()).isEqualTo("msg-2");
		assertThat(decision.body()).isNotNull();
		assertThat(decision.body().path("decision").asString()).isEqualTo("approve");
		assertThat(decision.body().path("unknown").path("deep")).hasSize(2);
	}

	@Test
	void waitRequestsWholeSeconds() {
		answer(204, "");
		template.awaitDecision("req-1", Duration.ofMillis(1999));
		assertGet("/v1/exchanges/req-1/wait?timeout=1");
	}

	@Test
	void waitWhenResponseHasNoContentReturnsNull() {
		answer(204, "");
		assertThat(template.awaitDecision("req-1", Duration.ofSeconds(1))).isNull();
	}

	@ParameterizedTest
	@ValueSource(longs = { -1000, 0, 999, 61_000 })
	void refusesToWaitForLongerOrShorterThanTheGatewayDoes(long millis) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> template.awaitDecision("req-1", Duration.ofMillis(millis)))
			.withMessageContaining("from 1s to 60s");
		assertThat(SentRequests.all(gateway)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"msgType\":\"exchange.withdrawn\",\"requestId\":\"req-1\"}", "" })
	void withdrawsAnExchange(String answer) {
		answer(200, answer);
		template.withdraw("req-1");
		assertWithoutBody("POST", "/v1/exchanges/req-1/withdraw");
	}

	@ParameterizedTest
	@CsvSource({ "200, {}", "200, ''", "204, ''", "200, not JSON" })
	void acknowledgesADecision(int status, String answer) {
		answer(status, answer);
		template.acknowledge("req-1", "msg-2");
		assertPost("/v1/acks", """
				{"msgId":"${json-unit.any-string}","msgType":"ack.submit","requestId":"req-1",
				"createdAt":"${json-unit.any-string}","sender":{"enforcerId":"refunds"},
				"body":{"msgId":"msg-2","status":"delivered","ackAt":"${json-unit.any-string}"}}""");
	}

	private static Envelope<ArtifactSubmission> submission(Instant expiresAt) {
		ArtifactSubmission body = new ArtifactSubmission("command.review", "00ff",
				new Ciphertext("AES-256-GCM", "ZGF0YQ==", "bm9uY2U=", "dGFn"), Envelope.timestamp(NOW.plusSeconds(300)),
				Map.of("routingToken", "routing-1", "workspaceName", "zahlungen-übersee"));
		return Envelope.of(ArtifactSubmission.MSG_TYPE, "req-1", NOW, expiresAt, "refunds", body);
	}

}
