/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.pairing.PairingDocument.Revocation;
import io.airlockapp.gateway.pairing.PairingDocument.Revoker;
import io.airlockapp.gateway.store.PairingStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PairingDocumentCodecTests {

	private static final Instant NOW = PairingWorld.START;

	private static final String ENCRYPTION_KEY = EncryptionKey.of(new byte[32]).encode();

	private static final TestApprover APPROVER = new TestApprover();

	private static Stream<PairingDocument> documents() {
		PairingDocument underWay = PairingDocument.EMPTY
			.attempting(PairingAttempt.claiming(PairingKeyAgreement.generate(), digest("QX7K93"), NOW));
		PairingDocument paired = underWay.completed(pairing("rt-1"));
		PairingDocument rotating = paired
			.attempting(PairingAttempt.initiated(PairingKeyAgreement.generate(), "pn-1", NOW.plusSeconds(600)));
		return Stream.of(PairingDocument.EMPTY, underWay, paired, rotating, rotating.completed(pairing("rt-2")),
				rotating.failed(new PairingDocument.Failure(NOW, "No", "00ff")),
				rotating.marked(new Revocation(NOW, Revoker.GATEWAY)),
				rotating.cleared(new Revocation(NOW, Revoker.OPERATOR)), paired.withoutKey("key-1"));
	}

	private static ActivePairing pairing(String routingToken) {
		return new ActivePairing(routingToken, ENCRYPTION_KEY, List.of(ActivePairing.Key.of(APPROVER.key(), NOW)), NOW);
	}

	@ParameterizedTest
	@MethodSource("documents")
	void readReturnsWrittenDocument(PairingDocument document) {
		assertThat(PairingDocumentCodec.read("default", PairingDocumentCodec.write(document))).isEqualTo(document);
	}

	@ParameterizedTest
	@MethodSource("documents")
	void textFormHoldsNoSecret(PairingDocument document) {
		String text = document.toString();
		assertThat(text).doesNotContain("rt-1", "rt-2", ENCRYPTION_KEY);
		if (document.attempt() != null) {
			assertThat(text).doesNotContain(document.attempt().privateKey());
		}
	}

	@Test
	void namesItsVersion() {
		assertThat(PairingDocumentCodec.write(PairingDocument.EMPTY)).startsWith("{\"version\":2,");
	}

	@Test
	void refusesAnotherVersion() {
		ObjectNode json = paired().put("version", 1);
		assertThatExceptionOfType(PairingStoreException.class)
			.isThrownBy(() -> PairingDocumentCodec.read("finance", json.toString()))
			.withMessageContaining("'finance' was stored in version 1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "[]", "\"text\"", "{}", "{\"version\":\"2\"}", "{\"version\":2}",
			"{\"version\":2.0,\"retiredKeys\":[],\"usedCodes\":[]}",
			"{\"version\":2,\"retiredKeys\":[],\"usedCodes\":[],\"more\":1}",
			"{\"version\":2,\"retiredKeys\":[],\"usedCodes\":[1]}",
			"{\"version\":2,\"retiredKeys\":[],\"retiredKeys\":[],\"usedCodes\":[]}",
			"{\"version\":2,\"retiredKeys\":[],\"usedCodes\":[]}{}",
			"{\"version\":2,\"retiredKeys\":[],\"usedCodes\":[" })
	void readWhenNotDocumentThrows(String text) {
		assertMalformed(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/active/routingToken", "/active/encryptionKey", "/active/since", "/active/keys",
			"/active/keys/0/id", "/active/keys/0/key", "/active/keys/0/pairedAt", "/active/keys/0/revoked",
			"/retiredKeys", "/usedCodes" })
	void readWhenMemberIsMissingThrows(String pointer) {
		ObjectNode json = paired();
		int slash = pointer.lastIndexOf('/');
		((ObjectNode) json.at(pointer.substring(0, slash))).remove(pointer.substring(slash + 1));
		assertMalformed(json.toString());
	}

	@ParameterizedTest
	@ValueSource(strings = { "/active/encryptionKey", "/active/keys/0/key", "/active/since", "/active/routingToken" })
	void readWhenKeyTokenOrTimeIsBlankThrows(String pointer) {
		ObjectNode json = paired();
		int slash = pointer.lastIndexOf('/');
		((ObjectNode) json.at(pointer.substring(0, slash))).put(pointer.substring(slash + 1), " ");
		assertMalformed(json.toString());
	}

	@Test
	void readWhenKeysOfAttemptAreInvalidThrows() {
		PairingAttempt attempt = new PairingAttempt("pn-1", "AAAA", "AAAA", null, null, NOW, 0);
		assertMalformed(PairingDocumentCodec.write(PairingDocument.EMPTY.attempting(attempt)));
	}

	private static ObjectNode paired() {
		return (ObjectNode) HarpJson.mapper()
			.readTree(PairingDocumentCodec.write(PairingDocument.EMPTY.completed(pairing("rt-1"))));
	}

	private static void assertMalformed(String text) {
		assertThatExceptionOfType(PairingStoreException.class)
			.isThrownBy(() -> PairingDocumentCodec.read("default", text))
			.withMessageContaining("malformed")
			.withNoCause()
			.satisfies((ex) -> assertThat(ex).hasMessageNotContaining(ENCRYPTION_KEY));
	}

	private static String digest(String code) {
		return ArtifactHash.of(code.getBytes(StandardCharsets.UTF_8));
	}

}
