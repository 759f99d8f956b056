/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.List;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;

/**
 * Properties of an application that is ready to ask for approvals. Nothing listens at the
 * base URL.
 */
final class PairedProperties {

	static final String PAT = "airpat_only-for-tests";

	static final String ROUTING_TOKEN = "routing-token-only-for-tests";

	static final String ENCRYPTION_KEY = "ZkMwhBf2u8Ezf46twgMaEy5A8Ha63PQA563pUQwUHi8";

	static final String SIGNER_KEY = "faNZHuVE0rWOA9nlwnRCUH9k8d7qZUUDzWNxa83lqRU=";

	private PairedProperties() {
	}

	static Pairing pairing() {
		return new Pairing(ROUTING_TOKEN, EncryptionKey.parse(ENCRYPTION_KEY),
				List.of(SignerKey.of("key-1", SIGNER_KEY)));
	}

	static String[] all() {
		return new String[] { "airlock.gateway.base-url=http://localhost:1", "airlock.gateway.auth.pat=" + PAT,
				"airlock.gateway.pairing.routing-token=" + ROUTING_TOKEN,
				"airlock.gateway.pairing.encryption-key=" + ENCRYPTION_KEY,
				"airlock.gateway.pairing.signer-keys.key-1=" + SIGNER_KEY };
	}

}
