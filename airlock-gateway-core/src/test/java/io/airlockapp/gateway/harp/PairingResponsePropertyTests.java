/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PairingResponsePropertyTests {

	private static final PairingSigner signer = new PairingSigner();

	private static final ObjectNode response = signer.response();

	@Property(tries = 1000)
	void refusesAnyChangedCharacterOfMember(@ForAll("members") String member, @ForAll @IntRange(max = 999) int position,
			@ForAll("characters") char character) {
		String text = response.get(member).stringValue();
		String changed = Characters.replace(text, position, character);
		Assume.that(!changed.equals(text));
		Assume.that(!member.equals("signature") || !Characters.isSameBase64(changed, text));
		ObjectNode tampered = response.deepCopy().put(member, changed);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> PairingResponse.verify(tampered.toString(), PairingSigner.NONCE));
	}

	@Property(tries = 1000)
	void anyChangedCharacterOfTheJsonIsRefusedOrChangesNothing(@ForAll @IntRange(max = 9999) int position,
			@ForAll("characters") char character) {
		String changed = Characters.replace(response.toString(), position, character);
		PairingResponse verified;
		try {
			verified = PairingResponse.verify(changed, PairingSigner.NONCE);
		}
		catch (IllegalArgumentException ex) {
			return;
		}
		assertThat(verified.signerKey()).isEqualTo(signer.key());
		assertThat(verified.x25519PublicKey()).isEqualTo(PairingSigner.X25519_PUBLIC_KEY);
	}

	@Provide
	Arbitrary<String> members() {
		return Arbitraries.of("signerKeyId", "publicKey", "pairingNonce", "timestamp", "x25519PublicKey", "signature");
	}

	@Provide
	Arbitrary<Character> characters() {
		return Characters.arbitrary();
	}

}
