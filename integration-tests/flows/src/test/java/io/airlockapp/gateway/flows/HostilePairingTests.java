/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.pairing.PairingChangedEvent;
import io.airlockapp.gateway.pairing.PairingChangedEvent.Change;
import io.airlockapp.gateway.pairing.PairingInfo.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A gateway that changes what the approver answers to a pairing.
 */
@ExtendWith(OutputCaptureExtension.class)
class HostilePairingTests extends PairableTests {

	private static final String OTHER_KEY = ApproverKey.generate("key-1").signerKey().encode();

	private static Stream<Arguments> tamperings() {
		return Stream.of(changed("signerKeyId", "key-other"), changed("publicKey", OTHER_KEY),
				changed("pairingNonce", "pn-other"), changed("timestamp", "2026-11-24T10:00:00Z"),
				changed("x25519PublicKey", OTHER_KEY), changed("x25519PublicKey", "A".repeat(43)),
				changed("signature", "A".repeat(86)), removed("signerKeyId"), removed("publicKey"),
				removed("pairingNonce"), removed("timestamp"), removed("x25519PublicKey"), removed("signature"),
				Arguments.argumentSet("signed without the encryption key",
						signed((response) -> response, "signerKeyId", "publicKey", "pairingNonce", "timestamp")),
				Arguments.argumentSet("another's nonce, signed",
						signed((response) -> response.put("pairingNonce", "pn-other"), PairingResponses.FIELDS)),
				Arguments.argumentSet("a key of small order, signed",
						signed((response) -> response.put("x25519PublicKey", "A".repeat(43)), PairingResponses.FIELDS)),
				Arguments.argumentSet("a key id with line breaks, signed",
						signed((response) -> response.put("signerKeyId", "key\nPaired"), PairingResponses.FIELDS)));
	}

	private static Arguments changed(String member, String value) {
		return Arguments.argumentSet("another " + member,
				(UnaryOperator<ObjectNode>) (response) -> response.put(member, value));
	}

	private static Arguments removed(String member) {
		return Arguments.argumentSet("no " + member, (UnaryOperator<ObjectNode>) (response) -> {
			response.remove(member);
			return response;
		});
	}

	private static UnaryOperator<ObjectNode> signed(UnaryOperator<ObjectNode> change, String... fields) {
		return (response) -> PairingResponses.sign(change.apply(response), fields);
	}

	@ParameterizedTest
	@MethodSource("tamperings")
	void endsThePairingAndKeepsNothing(UnaryOperator<ObjectNode> tampering, CapturedOutput output) {
		this.simulator.tamperPairings(tampering);
		try (PairableApplication application = start()) {
			// The event is the last that is done
			await().until(() -> !application.events().isEmpty());
			assertThat(application.events()).extracting(PairingChangedEvent::change).containsExactly(Change.FAILED);
			assertThat(application.status().problem()).isNotNull();
			assertThat(application.status().state()).isEqualTo(State.NOT_PAIRED);
			assertThat(application.status().pendingUntil()).isNull();
			assertThat(output).contains(" ERROR ", "Possible tampering with pairings").doesNotContain("\nPaired");
			assertUnavailable(application.vault()::open, "failed, and nothing of it is kept");
			JsonNode kept = HarpJson.mapper().readTree(this.store.read("pairing.default").text());
			assertThat(kept.propertyNames()).containsExactlyInAnyOrder("version", "retiredKeys", "failure",
					"usedCodes");
		}
	}

	@Test
	void endsARotationAndLeavesThePairingInForce() throws Exception {
		try (PairableApplication application = start()) {
			application.awaitPaired();
			this.simulator.tamperPairings((response) -> response.put("publicKey", OTHER_KEY));
			this.simulator.enterPairingCode(application.manager().initiate(Pairing.DEFAULT_NAME).code());
			await().until(() -> application.status().problem() != null);
			application.assertOpensWhenApproved(this.simulator);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unchanged", "with another signer" })
	void anotherSignerIsVisibleByFingerprintOnly(String who) {
		// A gateway that answers with a key of its own cannot be told from a phone
		boolean other = who.equals("with another signer");
		if (other) {
			this.simulator.tamperPairings((response) -> PairingResponses.sign(response, PairingResponses.FIELDS));
		}
		try (PairableApplication application = start()) {
			application.awaitPaired();
			assertThat(
					application.status().keys().get(0).fingerprint().equals(this.simulator.signerKey().fingerprint()))
				.isEqualTo(!other);
		}
	}

	private PairableApplication start() {
		return PairableApplication.start(this.simulator, this.store,
				"airlock.gateway.pairing.code=" + this.simulator.preGeneratePairingCode());
	}

}
