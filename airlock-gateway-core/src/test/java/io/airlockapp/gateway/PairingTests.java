/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.util.List;

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
	void onlyRetiredKeysOfWhatWasAskedCount() {
		Pairing asked = pairing(List.of(this.first), List.of());
		assertThat(pairing(List.of(this.second), List.of(this.first)).keysFor(asked.signerKeys()))
			.containsExactly(this.first, this.second);
		assertThat(pairing(List.of(this.second), List.of()).keysFor(asked.signerKeys())).containsExactly(this.second);
		assertThat(pairing(List.of(this.second), List.of(this.first)).keysFor(List.of(this.second)))
			.containsExactly(this.second);
	}

	@ParameterizedTest
	@ValueSource(strings = { "default", "a", "finance-2", "0" })
	void takesNames(String name) {
		assertThat(Pairing.requireName(name)).isEqualTo(name);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "Finance", "a.b", "-a", "a-", "a_b", "a/b", "ä",
			"012345678901234567890123456789012345678901234567890" })
	void refusesWhatIsNoName(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> Pairing.requireName(name));
		assertThatIllegalArgumentException().isThrownBy(() -> ApprovalRequest.builder("Pay", "pay()").pairing(name));
	}

	private static Pairing pairing(List<SignerKey> signerKeys, List<SignerKey> retiredKeys) {
		return new Pairing("rt-1", EncryptionKey.of(new byte[32]), signerKeys, retiredKeys);
	}

}
