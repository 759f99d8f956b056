/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.pairing.PairingInvitation;
import io.airlockapp.gateway.store.InMemoryPairingStore;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Pairing as it travels, in the spellings that are met.
 */
class PairingWireTests {

	private static final String STATUS = "/v1/pairing/pn%2F1/status";

	@AutoClose("stop")
	private final WireMockServer server = new WireMockServer(WireMockConfiguration.options().dynamicPort());

	private final PairingKeyAgreement phone = PairingKeyAgreement.generate();

	@BeforeEach
	void start() {
		this.server.start();
	}

	@ParameterizedTest
	@CsvSource({ "Pending,Completed,false", "pending,completed,true", "PENDING,COMPLETED,true" })
	void initiatedPairingSendsAndReadsDocumentedMessages(String pending, String completed, boolean otherEncodings) {
		this.server.stubFor(post("/v1/pairing/initiate").willReturn(jsonResponse(
				"""
						{"pairingNonce":"pn/1","pairingCode":"QX7K93","deviceId":"shop","gatewayUrl":"https://other.example.org",
						"expiresAt":"%s","more":{}}"""
					.formatted("2999-01-01T00:00:00.0000000+00:00"),
				201)));
		answerStatus(pending, completed, response(otherEncodings), "rt-1");
		try (PairableApplication application = start("")) {
			PairingInvitation invitation = application.manager().initiate(Pairing.DEFAULT_NAME);
			JsonNode sent = sent("/v1/pairing/initiate");
			assertThat(sent.propertyNames()).containsExactlyInAnyOrder("deviceId", "enforcerId", "gatewayUrl",
					"x25519PublicKey", "enforcerLabel", "workspaceName");
			assertThat(sent.path("x25519PublicKey").stringValue()).matches("[A-Za-z0-9_-]{43}");
			assertThat(sent.path("gatewayUrl").stringValue()).isEqualTo(this.server.baseUrl());
			// The gateway is not trusted to name another
			assertThat(invitation.qrText()).contains(this.server.baseUrl()).doesNotContain("other.example.org");
			application.awaitPaired();
			assertPaired(application, sent, "rt-1");
		}
	}

	@Test
	void claimedPairingSendsAndReadsDocumentedMessages() {
		this.server.stubFor(post("/v1/pairing/claim")
			.willReturn(jsonResponse("{\"pairingNonce\":\"pn/1\",\"routingToken\":\"rt-claim\"}", 200)));
		answerStatus("Pending", "Completed", response(false), null);
		try (PairableApplication application = start("airlock.gateway.pairing.code= QX7K93 ")) {
			application.awaitPaired();
			JsonNode sent = sent("/v1/pairing/claim");
			assertThat(sent.propertyNames()).containsExactlyInAnyOrder("pairingCode", "deviceId", "enforcerId",
					"enforcerLabel", "workspaceName", "gatewayUrl", "x25519PublicKey");
			assertThat(sent.path("pairingCode").stringValue()).isEqualTo("QX7K93");
			assertPaired(application, sent, "rt-claim");
		}
	}

	@Test
	void revocationSendsDocumentedMessage() {
		this.server.stubFor(post("/v1/pairing/claim").willReturn(jsonResponse("{\"pairingNonce\":\"pn/1\"}", 200)));
		this.server.stubFor(post("/v1/pairing/revoke").willReturn(jsonResponse("{\"status\":\"revoked\"}", 200)));
		answerStatus("Pending", "Completed", response(false), "rt-1");
		try (PairableApplication application = start("airlock.gateway.pairing.code=QX7K93")) {
			application.awaitPaired();
			application.manager().revoke(Pairing.DEFAULT_NAME);
			assertThat(sent("/v1/pairing/revoke"))
				.isEqualTo(HarpJson.mapper().createObjectNode().put("routingToken", "rt-1"));
		}
	}

	private PairableApplication start(String property) {
		return PairableApplication.start(this.server.baseUrl(), "airpat_1", new InMemoryPairingStore(), property);
	}

	private ObjectNode response(boolean otherEncodings) {
		ObjectNode response = HarpJson.mapper()
			.createObjectNode()
			.put("signerKeyId", "key-1")
			.put("pairingNonce", "pn/1")
			.put("timestamp", "2026-11-24T10:00:00.1234567Z")
			.put("x25519PublicKey", otherEncodings ? spki(this.phone.publicKey()) : this.phone.publicKey());
		return PairingResponses.sign(response, PairingResponses.FIELDS);
	}

	private static String spki(String x25519PublicKey) {
		byte[] prefix = HexFormat.of().parseHex("302a300506032b656e032100");
		byte[] key = Base64.getUrlDecoder().decode(x25519PublicKey);
		byte[] spki = Arrays.copyOf(prefix, prefix.length + key.length);
		System.arraycopy(key, 0, spki, prefix.length, key.length);
		return Base64.getEncoder().encodeToString(spki);
	}

	private void answerStatus(String pending, String completed, ObjectNode response, String routingToken) {
		ObjectNode answer = HarpJson.mapper()
			.createObjectNode()
			.put("pairingNonce", "pn/1")
			.put("state", completed)
			.put("responseJson", response.toString());
		if (routingToken != null) {
			answer.put("routingToken", routingToken);
		}
		ResponseDefinitionBuilder first = jsonResponse("{\"state\":\"%s\",\"responseJson\":null}".formatted(pending),
				200);
		this.server.stubFor(get(urlEqualTo(STATUS)).inScenario("pairing")
			.whenScenarioStateIs(Scenario.STARTED)
			.willReturn(first)
			.willSetStateTo("asked"));
		this.server.stubFor(get(urlEqualTo(STATUS)).inScenario("pairing")
			.whenScenarioStateIs("asked")
			.willReturn(jsonResponse(answer.toString(), 200)));
	}

	private JsonNode sent(String path) {
		await().until(() -> !this.server.findAll(postRequestedFor(urlEqualTo(path))).isEmpty());
		return HarpJson.mapper().readTree(this.server.findAll(postRequestedFor(urlEqualTo(path))).get(0).getBody());
	}

	private void assertPaired(PairableApplication application, JsonNode sent, String routingToken) {
		EncryptionKey expected = this.phone.deriveEncryptionKey(sent.path("x25519PublicKey").stringValue());
		Pairing pairing = application.bean(PairingSource.class).getPairing(Pairing.DEFAULT_NAME);
		assertThat(pairing).isNotNull();
		assertThat(pairing.encryptionKey()).isEqualTo(expected);
		assertThat(pairing.routingToken()).isEqualTo(routingToken);
	}

}
