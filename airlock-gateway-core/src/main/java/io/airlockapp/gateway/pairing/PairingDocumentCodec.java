/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.store.PairingStoreException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.LogicalType;

/**
 * Writes {@link PairingDocument}s as JSON, and reads only documents that it could have
 * written. A document that was written by another version or modified by others is
 * rejected rather than interpreted.
 */
final class PairingDocumentCodec {

	private static final String VERSION = "version";

	private static final int CURRENT_VERSION = 2;

	private static final JsonMapper mapper = HarpJson.mapper()
		.rebuild()
		.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
		.enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
		.disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
		.withCoercionConfig(LogicalType.Textual,
				(coercion) -> coercion.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
					.setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
					.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
		.build();

	private PairingDocumentCodec() {
	}

	static String write(PairingDocument document) {
		ObjectNode json = mapper.createObjectNode().put(VERSION, CURRENT_VERSION);
		json.setAll((ObjectNode) mapper.valueToTree(document));
		return json.toString();
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
			JsonNode json = mapper.readTree(text);
			if (json instanceof ObjectNode object && object.path(VERSION).isInt()) {
				int version = object.remove(VERSION).intValue();
				if (version != CURRENT_VERSION) {
					throw new PairingStoreException(
							"The pairing '%s' was stored in version %s, but this application reads version %s only"
								.formatted(name, version, CURRENT_VERSION),
							null);
				}
				return check((PairingDocument) mapper.readerFor(PairingDocument.class).readValue(object));
			}
		}
		catch (JacksonException | IllegalArgumentException | NullPointerException ex) {
			// Thrown below without the cause, since it can contain secrets
		}
		throw new PairingStoreException(
				"What is stored of the pairing '%s' is malformed: restore it from a backup, or ".formatted(name)
						+ "remove it and pair again",
				null);
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
