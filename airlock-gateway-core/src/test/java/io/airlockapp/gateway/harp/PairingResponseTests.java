/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PairingResponseTests {

	private final PairingSigner signer = new PairingSigner();

	@Test
	void verifiesWhatTheApproverSigned() {
		PairingResponse response = PairingResponse.verify(this.signer.response().toString(), PairingSigner.NONCE);
		assertThat(response.signerKey()).isEqualTo(this.signer.key());
		assertThat(response.x25519PublicKey()).isEqualTo(PairingSigner.X25519_PUBLIC_KEY);
	}

	@ParameterizedTest
	@ValueSource(strings = { "signerKeyId", "publicKey", "pairingNonce", "timestamp", "x25519PublicKey", "signature" })
	void refusesMemberThatIsMissingOrNotText(String member) {
		assertRefused(this.signer.response().without(member));
		assertRefused(this.signer.response().putNull(member));
		assertRefused(this.signer.response().put(member, 1));
		assertRefused(this.signer.response().put(member, true));
		assertRefused(this.signer.response().set(member, this.signer.response().arrayNode().add("a")));
		assertRefused(this.signer.response().set(member, this.signer.response().objectNode()));
		assertRefused(this.signer.response().put(member, ""));
	}

	@Test
	void refusesAnotherPairing() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> PairingResponse.verify(this.signer.response().toString(), "pn-other"))
			.withMessageContaining("another pairing");
	}

	@Test
	void refusesKeyThatTheSignatureIsNotOf() {
		String other = new DecisionSigner("other").key().encode();
		assertRefused(this.signer.response().put("publicKey", other));
	}

	@Test
	void refusesSmallOrderKeyThatNeedsNoPrivateKey() {
		ObjectNode response = this.signer.response()
			.put("publicKey", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
			.put("signature", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
		assertRefused(response);
	}

	@Test
	void refusesFieldsThatCouldBeCutElsewhere() {
		assertRefused(this.signer.sign(this.signer.unsigned().put("signerKeyId", "key|1")));
		assertRefused(this.signer.sign(this.signer.unsigned().put("timestamp", "2026|11")));
	}

	@Test
	void refusesLoneSurrogateThatWouldBeSignedAsQuestionMark() {
		ObjectNode response = this.signer.sign(this.signer.unsigned().put("signerKeyId", "key-?"));
		assertThat(PairingResponse.verify(response.toString(), PairingSigner.NONCE).signerKey().id())
			.isEqualTo("key-?");
		String changed = response.toString().replace("key-?", "key-\\ud800");
		assertThatIllegalArgumentException().isThrownBy(() -> PairingResponse.verify(changed, PairingSigner.NONCE));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "null", "1", "\"text\"", "[]", "{}", "{", "not json" })
	void refusesWhatIsNotAnObjectWithMembers(String response) {
		assertThatIllegalArgumentException().isThrownBy(() -> PairingResponse.verify(response, PairingSigner.NONCE));
	}

	@Test
	void refusesDuplicateMembersAndTrailingTokens() {
		String response = this.signer.response().toString();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> PairingResponse.verify(response + "{}", PairingSigner.NONCE));
		String duplicate = response.replaceFirst("\\{", "{\"x25519PublicKey\":\"other\",");
		assertThatIllegalArgumentException().isThrownBy(() -> PairingResponse.verify(duplicate, PairingSigner.NONCE));
	}

	@ParameterizedTest
	@CsvSource({ "x25519PublicKey, GwVwrVlDbUldCX6p0gya08G1teEuObpQVz2aZoDnUQI", "signerKeyId, key-2",
			"timestamp, 2026-11-24T10:00:01.000Z" })
	void refusesReplacedMember(String member, String value) {
		assertRefused(this.signer.response().put(member, value));
	}

	private static void assertRefused(Object response) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> PairingResponse.verify(response.toString(), PairingSigner.NONCE));
	}

}
