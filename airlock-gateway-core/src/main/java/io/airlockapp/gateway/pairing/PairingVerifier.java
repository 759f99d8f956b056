package io.airlockapp.gateway.pairing;

import java.time.Instant;
import java.util.List;

import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.PairingResponse;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.support.VisibleAscii;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the approver's response, and creates a pairing from it if it was made for
 * exactly this attempt.
 */
final class PairingVerifier {

	private PairingVerifier() {
	}

	/**
	 * Verify an answer.
	 * @param attempt the attempt
	 * @param nonce the attempt's nonce
	 * @param responseJson the approver's signed answer
	 * @param routingToken the routing token, which nobody signed
	 * @param now the time
	 * @return the pairing
	 * @throws IllegalArgumentException if anything about it is wrong
	 */
	static ActivePairing verify(PairingAttempt attempt, String nonce, String responseJson,
			@Nullable String routingToken, Instant now) {
		PairingResponse response = PairingResponse.verify(responseJson, nonce);
		SignerKey signerKey = response.signerKey();
		if (!VisibleAscii.matches(signerKey.id(), 128)) {
			throw new IllegalArgumentException("The approver's key id is not 1 to 128 visible characters");
		}
		if (routingToken == null || !VisibleAscii.matches(routingToken, 4096)) {
			throw new IllegalArgumentException("There is no usable routing token");
		}
		EncryptionKey encryptionKey = attempt.keys().deriveEncryptionKey(response.x25519PublicKey());
		return new ActivePairing(routingToken, encryptionKey.encode(), List.of(ActivePairing.Key.of(signerKey, now)),
				now);
	}

}
