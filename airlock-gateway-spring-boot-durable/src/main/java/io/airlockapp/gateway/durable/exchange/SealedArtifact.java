/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.exchange;

import java.util.List;

import io.airlockapp.gateway.harp.Ciphertext;
import io.airlockapp.gateway.harp.SignerKey;

/**
 * Holds the encrypted plaintext of an approval request. It contains no secret, so that it
 * can be stored until the gateway has accepted it.
 *
 * @param ciphertext the encrypted plaintext
 * @param pairing the id of the pairing that it was encrypted for
 * @param signerKeys the signer keys of that pairing
 */
public record SealedArtifact(Ciphertext ciphertext, String pairing, List<SignerKey> signerKeys) {

	public SealedArtifact {
		signerKeys = List.copyOf(signerKeys);
	}

	@Override
	public String toString() {
		return "SealedArtifact[signerKeys=%s]".formatted(this.signerKeys);
	}

}
