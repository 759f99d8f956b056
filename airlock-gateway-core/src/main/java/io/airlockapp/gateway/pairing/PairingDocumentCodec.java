/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.store.PairingStoreException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes {@link PairingDocument}s as JSON, and reads only documents that it could have
 * written. A document that was written by another version or modified by others is
 * rejected rather than interpreted.
 */
final class PairingDocumentCodec {

	private static final String VERSION = "version";

	private static final int CURRENT_VERSION = 2;

	private PairingDocumentCodec() {
	}

	static String write(PairingDocument document) {
		return toJson(document).toString();
	}

	private static ObjectNode toJson(PairingDocument document) {
		ObjectNode json = HarpJson.mapper().createObjectNode().put(VERSION, CURRENT_VERSION);
		json.setAll((ObjectNode) HarpJson.mapper().valueToTree(document));
		return json;
	}

	/**
	 * Read a document.
	 * @param name the pairing's name, for messages
	 * @param text the JSON text
	 * @return the document
	 * @throws PairingStoreException if the document is malformed or has another version
	 */
	static PairingDocument read(String name, String text) {
		try {
			JsonNode json = HarpJson.mapper().readTree(text);
			if (json.path(VERSION).isInt()) {
				int version = json.path(VERSION).intValue();
				if (version != CURRENT_VERSION) {
					throw new PairingStoreException(
							"The pairing '%s' was stored in version %s, but this application reads version %s only"
								.formatted(name, version, CURRENT_VERSION));
				}
				PairingDocument document = HarpJson.mapper().readerFor(PairingDocument.class).readValue(json);
				if (toJson(document).equals(json)) {
					return check(document);
				}
			}
		}
		catch (JacksonException | IllegalArgumentException | NullPointerException ex) {
			// Thrown below without the cause, since it can contain secrets
		}
		throw new PairingStoreException(
				"What is stored of the pairing '%s' is malformed: restore it from a backup, or ".formatted(name)
						+ "remove it and pair again");
	}

	/**
	 * Parse each key, which fails if it is malformed.
	 */
	private static PairingDocument check(PairingDocument document) {
		document.keys().forEach(SignerKey::fingerprint);
		document.toPairing();
		if (document.attempt() != null) {
			document.attempt().keys();
		}
		return document;
	}

}
