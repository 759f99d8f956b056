/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;

import io.airlockapp.gateway.harp.DecisionVerificationException.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The project's own test vectors, which OpenSSL made, and those that HARP-CORE publishes.
 */
class HarpVectorsTests {

	private static final JsonNode vectors = read();

	private static final String REQUEST_ID = "req-764c9ecb";

	private final DecisionVerifier verifier = new DecisionVerifier(EnumSet.allOf(SignatureForm.class),
			new InMemoryReplayJournal(), InstantSource.fixed(Instant.parse("2026-11-24T10:00:00Z")));

	static Stream<JsonNode> canonicalJson() {
		return vectors.get("canonicalJson").valueStream();
	}

	@ParameterizedTest
	@MethodSource("canonicalJson")
	void canonicalizesAndHashes(JsonNode vector) {
		JsonNode input = HarpJson.mapper().readTree(text(vector, "input"));
		assertThat(CanonicalJson.toText(input)).isEqualTo(text(vector, "canonical"));
		assertThat(ArtifactHash.of(CanonicalJson.toBytes(input))).isEqualTo(text(vector, "sha256"));
	}

	@ParameterizedTest
	@CsvSource({ "local, remotePublicRaw", "local, remotePublicSpki", "remote, localPublicRaw",
			"remote, localPublicSpki" })
	void agreesOnTheKey(String side, String peerKey) {
		JsonNode vector = vectors.get("keyAgreement");
		PairingKeyAgreement agreement = agreement(side);
		assertThat(agreement.deriveEncryptionKey(text(vector, peerKey)).encode()).isEqualTo(text(vector, "derivedKey"));
	}

	@ParameterizedTest
	@CsvSource({ "local, remote", "remote, local" })
	void agreesOnTheSharedSecret(String side, String peer) {
		JsonNode vector = vectors.get("keyAgreement");
		byte[] peerKey = HarpBase64.decode(text(vector, peer + "PublicRaw"));
		assertThat(agreement(side).sharedSecret(peerKey)).isEqualTo(HarpBase64.decode(text(vector, "sharedSecret")));
	}

	@Test
	void sendsTheRawPublicKey() {
		assertThat(agreement("local").publicKey()).isEqualTo(text(vectors.get("keyAgreement"), "localPublicRaw"));
	}

	@Test
	void derivesTheKeyFromTheSharedSecret() {
		JsonNode vector = vectors.get("keyAgreement");
		byte[] derived = Hkdf.derive(HarpBase64.decode(text(vector, "sharedSecret")),
				text(vector, "info").getBytes(StandardCharsets.US_ASCII));
		assertThat(HarpBase64.encodeUrl(derived)).isEqualTo(text(vector, "derivedKey"));
	}

	@Test
	void opensTheCiphertext() {
		JsonNode vector = vectors.get("encryption");
		Ciphertext ciphertext = HarpJson.mapper().treeToValue(vector.get("ciphertext"), Ciphertext.class);
		byte[] plaintext = ArtifactCipher.open(EncryptionKey.parse(text(vector, "key")), ciphertext);
		assertThat(plaintext).asString(StandardCharsets.UTF_8).isEqualTo(text(vector, "plaintext"));
		assertThat(ArtifactHash.of(plaintext)).isEqualTo(text(vector, "artifactHash"));
		assertThat(CanonicalJson.toBytes(HarpJson.mapper().readTree(plaintext))).isEqualTo(plaintext);
		assertThat(ciphertext.nonce()).isEqualTo(text(vector, "nonceBase64"));
	}

	@ParameterizedTest
	@CsvSource({ "pipe, TEXT", "sdkJson, SDK_JSON", "core, CORE" })
	void verifiesDecisionInItsForm(String name, SignatureForm form) throws DecisionVerificationException {
		JsonNode vector = vectors.at("/decisions/" + name);
		ObjectNode body = (ObjectNode) vector.get("body");
		assertThat(form.signedBytes(REQUEST_ID, body)).asString(StandardCharsets.UTF_8)
			.isEqualTo(text(vector, "signed"));
		VerifiedDecision decision = verify(body, signerKey("signerPublicKeyRawBase64"));
		assertThat(decision.form()).isEqualTo(form);
		assertThat(decision.verdict()).isEqualTo(Verdict.APPROVE);
		assertThat(decision.requestId()).isEqualTo(REQUEST_ID);
	}

	@Test
	void verifiesDecisionWithKeyGivenAsSpki() throws DecisionVerificationException {
		SignerKey key = signerKey("signerPublicKeySpkiBase64");
		assertThat(key).isEqualTo(signerKey("signerPublicKeyRawBase64"));
		assertThat(verify(vectors.at("/decisions/pipe/body"), key).verdict()).isEqualTo(Verdict.APPROVE);
	}

	@Test
	void refusesDecisionThatAnotherKeySigned() throws DecisionVerificationException {
		JsonNode body = vectors.at("/decisions/forged/body");
		assertThatExceptionOfType(DecisionVerificationException.class)
			.isThrownBy(() -> verify(body, signerKey("signerPublicKeyRawBase64")))
			.satisfies((ex) -> assertThat(ex.getFailure()).isEqualTo(Failure.BAD_SIGNATURE));
		assertThat(verify(body, signerKey("otherPublicKeyRawBase64")).form()).isEqualTo(SignatureForm.TEXT);
	}

	@Test
	void verifiesPairingResponseOverFiveFields() {
		JsonNode vector = vectors.get("pairingResponse");
		PairingResponse response = PairingResponse.verify(text(vector, "responseJson"), "pn-e6be4e43");
		assertThat(response.signerKey().id()).isEqualTo("key-918729");
		assertThat(response.signerKey().fingerprint()).isEqualTo(text(vector, "fingerprint"));
		assertThat(response.x25519PublicKey()).isEqualTo(text(vectors.get("keyAgreement"), "remotePublicRaw"));
		assertThat(response.signerKey()
			.verifies(utf8(text(vector, "signedFiveFields")), signature(text(vector, "responseJson")))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void refusesLegacyPairingResponseOverFourFields(boolean withX25519Key) {
		JsonNode vector = vectors.get("pairingResponse");
		String legacySignature = text(vector, "legacySignature");
		assertThat(signerKey("signerPublicKeyRawBase64").verifies(utf8(text(vector, "signedFourFieldsLegacy")),
				HarpBase64.decode(legacySignature)))
			.isTrue();
		ObjectNode response = (ObjectNode) HarpJson.mapper().readTree(text(vector, "responseJson"));
		response.put("signature", legacySignature);
		if (!withX25519Key) {
			response.remove("x25519PublicKey");
		}
		assertThatIllegalArgumentException()
			.isThrownBy(() -> PairingResponse.verify(response.toString(), "pn-e6be4e43"));
	}

	@Test
	void hashesThePublishedArtifact() {
		JsonNode vector = vectors.get("harpCore");
		byte[] canonical = utf8(text(vector, "artifactCanonical"));
		assertThat(ArtifactHash.of(canonical)).isEqualTo(text(vector, "artifactHash"));
		assertThat(CanonicalJson.toBytes(HarpJson.mapper().readTree(canonical))).isEqualTo(canonical);
	}

	@Test
	void verifiesThePublishedSignatureButRefusesItsWordAllow() {
		JsonNode vector = vectors.get("harpCore");
		SignerKey key = SignerKey.of("ma-key-01", text(vector, "signerPublicKeyRaw"));
		byte[] signature = HarpBase64.decode(text(vector, "signature"));
		ObjectNode body = (ObjectNode) HarpJson.mapper().readTree(text(vector, "decisionSigned"));
		String requestId = body.get("requestId").stringValue();
		assertThat(key.verifies(SignatureForm.CORE.signedBytes(requestId, body), signature)).isTrue();
		body.put("signature", text(vector, "signature"));
		DecisionVerifier inTime = new DecisionVerifier(EnumSet.allOf(SignatureForm.class), new InMemoryReplayJournal(),
				InstantSource.fixed(Instant.parse("2026-02-21T12:01:00Z")));
		DecisionMessage message = new DecisionMessage(DecisionMessage.MSG_TYPE, requestId, null, body);
		assertThatExceptionOfType(DecisionVerificationException.class)
			.isThrownBy(() -> inTime.verify(message, requestId, text(vector, "artifactHash"), List.of(key)))
			.satisfies((ex) -> assertThat(ex.getFailure()).isEqualTo(Failure.MALFORMED));
		body.put("decision", "approve");
		assertThatExceptionOfType(DecisionVerificationException.class)
			.isThrownBy(() -> inTime.verify(message, requestId, text(vector, "artifactHash"), List.of(key)))
			.satisfies((ex) -> assertThat(ex.getFailure()).isEqualTo(Failure.BAD_SIGNATURE));
	}

	private VerifiedDecision verify(JsonNode body, SignerKey key) throws DecisionVerificationException {
		DecisionMessage message = new DecisionMessage(DecisionMessage.MSG_TYPE, REQUEST_ID, null, body);
		return this.verifier.verify(message, REQUEST_ID, text(vectors.get("encryption"), "artifactHash"), List.of(key));
	}

	private static PairingKeyAgreement agreement(String side) {
		JsonNode vector = vectors.get("keyAgreement");
		return PairingKeyAgreement.of(HarpBase64.decode(text(vector, side + "PrivateRaw")),
				HarpBase64.decode(text(vector, side + "PublicRaw")));
	}

	private static SignerKey signerKey(String name) {
		JsonNode decisions = vectors.get("decisions");
		return SignerKey.of(text(decisions, "signerKeyId"), text(decisions, name));
	}

	private static byte[] signature(String responseJson) {
		return HarpBase64.decode(text(HarpJson.mapper().readTree(responseJson), "signature"));
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(JsonNode vector, String name) {
		return vector.required(name).stringValue();
	}

	private static JsonNode read() {
		try (InputStream vectors = HarpVectorsTests.class.getResourceAsStream("/harp-vectors.json")) {
			return HarpJson.mapper().readTree(vectors);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
