/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PairingTests {

	private final SignerKey first = SignerKey.of("key-1", "faNZHuVE0rWOA9nlwnRCUH9k8d7qZUUDzWNxa83lqRU=");

	private final SignerKey second = SignerKey.of("key-1", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");

	@Test
	void keysOfAReplacedPairingAndNewOnesDecideOnItsRequests() {
		List<SignerKey> asked = List.of(this.first);
		Pairing rotated = pairing(List.of(this.second), Map.of("former", asked));
		assertThat(rotated.keysFor("former", asked)).containsExactly(this.first, this.second);
		assertThat(rotated.keysFor(rotated.id(), List.of(this.second))).containsExactly(this.second);
		assertThat(rotated.keysFor("other", asked)).isEmpty();
	}

	@Test
	void keyThatIsPairedAgainDecidesOnRequestsOfAReplacedPairingOnly() {
		List<SignerKey> asked = List.of(this.first);
		SignerKey again = SignerKey.of("key-2", this.first.encode());
		Pairing rotated = pairing(List.of(again), Map.of("replaced", asked));
		assertThat(rotated.keysFor("replaced", asked)).containsExactly(this.first, again);
		assertThat(rotated.keysFor("revoked", asked)).isEmpty();
		assertThat(pairing(List.of(again), Map.of("former", List.of(this.second))).keysFor("former",
				List.of(this.first, this.second)))
			.containsExactly(this.second);
	}

	@Test
	void idDoesNotRevealTheEncryptionKey() {
		Pairing pairing = pairing(List.of(this.first), Map.of());
		assertThat(pairing.id()).isEqualTo(pairing(List.of(this.second), Map.of()).id())
			.isNotEqualTo(pairing.encryptionKey().encode());
	}

	@ParameterizedTest
	@ValueSource(strings = { "default", "a", "finance-2", "0" })
	void requireNameWhenNameIsValidReturnsIt(String name) {
		assertThat(Pairing.requireName(name)).isEqualTo(name);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "Finance", "a.b", "-a", "a-", "a_b", "a/b", "ä",
			"012345678901234567890123456789012345678901234567890" })
	void requireNameWhenNameIsInvalidThrows(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> Pairing.requireName(name));
		assertThatIllegalArgumentException().isThrownBy(() -> ApprovalRequest.builder("Pay", "pay()").pairing(name));
	}

	private static Pairing pairing(List<SignerKey> signerKeys, Map<String, List<SignerKey>> retiredKeys) {
		return new Pairing("rt-1", EncryptionKey.of(new byte[32]), signerKeys, retiredKeys);
	}

}
