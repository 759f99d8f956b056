/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pairing, as it travels.
 */
class PairingEndpointTests extends AbstractEndpointTests {

	private static final Instant EXPIRY = Instant.parse("2026-11-24T10:10:00Z");

	@ParameterizedTest
	@ValueSource(ints = { 200, 201 })
	void initiatesAPairing(int status) {
		answer(status,
				"""
						{"pairingNonce":"nonce-1","pairingCode":"123456","deviceId":"device-1","gatewayUrl":"https://example.org",
						"expiresAt":"2026-11-24T10:10:00Z","somethingNew":{"a":[]}}""");
		InitiatedPairing pairing = template.initiatePairing(new PairingInitiation("device-1", "refunds",
				"https://example.org", "cHVibGljLWtleQ", "Refunds", "payments"));
		assertPost("/v1/pairing/initiate", """
				{"deviceId":"device-1","enforcerId":"refunds","gatewayUrl":"https://example.org",
				"x25519PublicKey":"cHVibGljLWtleQ","enforcerLabel":"Refunds","workspaceName":"payments"}""");
		assertThat(pairing)
			.isEqualTo(new InitiatedPairing("nonce-1", "123456", "device-1", "https://example.org", EXPIRY));
	}

	@Test
	void initiatesAPairingWithoutOptionalMembers() {
		answer(200, "{\"pairingNonce\":\"nonce-1\",\"pairingCode\":\"123456\"}");
		InitiatedPairing pairing = template
			.initiatePairing(new PairingInitiation("device-1", "refunds", null, null, null, null));
		assertPost("/v1/pairing/initiate", "{\"deviceId\":\"device-1\",\"enforcerId\":\"refunds\"}");
		assertThat(pairing).isEqualTo(new InitiatedPairing("nonce-1", "123456", null, null, null));
	}

	@Test
	void readsTheStatusOfAPairing() {
		answer(200, """
				{"pairingNonce":"nonce-1","state":"Completed","responseJson":"{\\"signerKeyId\\":\\"key-1\\"}",
				"routingToken":"routing-1","expiresAt":"2026-11-24T11:10:00.0000000+01:00","unknown":true}""");
		PairingStatus status = template.getPairingStatus("nonce-1");
		assertGet("/v1/pairing/nonce-1/status");
		assertThat(status).isEqualTo(new PairingStatus("nonce-1", PairingState.COMPLETED, "{\"signerKeyId\":\"key-1\"}",
				"routing-1", EXPIRY));
	}

	@ParameterizedTest
	@CsvSource({ "Pending, PENDING", "pending, PENDING", "COMPLETED, COMPLETED", "completed, COMPLETED",
			"Expired, EXPIRED", "revoked, REVOKED", "Paused, UNKNOWN", "'', UNKNOWN" })
	void readsStatesInAnyCase(String text, PairingState state) {
		answer(200, "{\"state\":\"%s\"}".formatted(text));
		assertThat(template.getPairingStatus("nonce-1")).isEqualTo(new PairingStatus(null, state, null, null, null));
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 201 })
	void makesACodeInAdvance(int status) {
		answer(status, """
				{"pairingCode":"123456","pairingNonce":"nonce-1","expiresAt":"2026-11-24T10:10:00Z","unknown":0}""");
		PairingCode code = template.preGeneratePairingCode(new PairingCodeRequest("Refunds", "payments"));
		assertPost("/v1/pairing/pre-generate", "{\"enforcerLabel\":\"Refunds\",\"workspaceName\":\"payments\"}");
		assertThat(code).isEqualTo(new PairingCode("123456", "nonce-1", EXPIRY));
	}

	@Test
	void preGenerateCodeWithoutDeviceReturnsCode() {
		answer(200, "{\"pairingCode\":\"123456\"}");
		PairingCode code = template.preGeneratePairingCode(new PairingCodeRequest(null, null));
		assertPost("/v1/pairing/pre-generate", "{}");
		assertThat(code).isEqualTo(new PairingCode("123456", null, null));
	}

	@Test
	void claimsACode() {
		answer(200,
				"""
						{"pairingNonce":"nonce-1","expiresAt":"2026-11-24T10:10:00Z","routingToken":"routing-1","unknown":{}}""");
		ClaimedPairing pairing = template.claimPairing(new PairingClaim("123456", "device-1", "refunds", "Refunds",
				"payments", "https://example.org", "cHVibGljLWtleQ"));
		assertPost("/v1/pairing/claim", """
				{"pairingCode":"123456","deviceId":"device-1","enforcerId":"refunds","enforcerLabel":"Refunds",
				"workspaceName":"payments","gatewayUrl":"https://example.org","x25519PublicKey":"cHVibGljLWtleQ"}""");
		assertThat(pairing).isEqualTo(new ClaimedPairing("nonce-1", EXPIRY, "routing-1"));
	}

	@Test
	void claimsACodeWithoutOptionalMembers() {
		answer(200, "{\"pairingNonce\":\"nonce-1\"}");
		ClaimedPairing pairing = template
			.claimPairing(new PairingClaim("123456", "device-1", "refunds", "Refunds", "payments", null, null));
		assertPost("/v1/pairing/claim", """
				{"pairingCode":"123456","deviceId":"device-1","enforcerId":"refunds","enforcerLabel":"Refunds",
				"workspaceName":"payments"}""");
		assertThat(pairing).isEqualTo(new ClaimedPairing("nonce-1", null, null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"2026-11-24T10:10:00\"", "\"soon\"", "\"\"", "{\"seconds\":600}", "[1]", "true", "17" })
	void malformedTimeCountsAsAbsent(String time) {
		answer(200,
				"""
						{"pairingNonce":"nonce-1","pairingCode":"123456","state":"Pending","expiresAt":%s,"routingToken":"rt"}"""
					.formatted(time));
		assertThat(template.initiatePairing(new PairingInitiation("device-1", "refunds", null, null, null, null)))
			.isEqualTo(new InitiatedPairing("nonce-1", "123456", null, null, null));
		assertThat(template.claimPairing(new PairingClaim("123456", "d", "refunds", "Refunds", "payments", null, null)))
			.isEqualTo(new ClaimedPairing("nonce-1", null, "rt"));
		assertThat(template.getPairingStatus("nonce-1"))
			.isEqualTo(new PairingStatus("nonce-1", PairingState.PENDING, null, "rt", null));
		assertThat(template.preGeneratePairingCode(new PairingCodeRequest(null, null)))
			.isEqualTo(new PairingCode("123456", "nonce-1", null));
	}

	@Test
	void revokesAPairing() {
		answer(200, "{\"status\":\"revoked\",\"enforcerId\":\"refunds\",\"unknown\":1}");
		RevokedPairing revoked = template.revokePairing("routing-1");
		assertPost("/v1/pairing/revoke", "{\"routingToken\":\"routing-1\"}");
		assertThat(revoked).isEqualTo(new RevokedPairing("revoked", "refunds"));
	}

	@Test
	void revokeWhenResponseIsEmptySucceeds() {
		answer(204, "");
		assertThat(template.revokePairing("routing-1")).isNull();
	}

}
