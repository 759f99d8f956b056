package io.airlockapp.gateway;

import java.util.List;

import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;

/**
 * What an enforcer shares with its approvers. Its text form holds no secret.
 *
 * @param routingToken the secret by which the gateway finds the approver
 * @param encryptionKey the key that artifacts are encrypted with
 * @param signerKeys the keys whose decisions count
 */
public record Pairing(String routingToken, EncryptionKey encryptionKey, List<SignerKey> signerKeys) {

	public Pairing {
		if (routingToken.isBlank()) {
			throw new IllegalArgumentException("A pairing needs a routing token");
		}
		if (signerKeys.isEmpty()) {
			throw new IllegalArgumentException("A pairing needs at least one signer key");
		}
		signerKeys = List.copyOf(signerKeys);
	}

	@Override
	public String toString() {
		return "Pairing[signerKeys=%s]".formatted(this.signerKeys);
	}

}
