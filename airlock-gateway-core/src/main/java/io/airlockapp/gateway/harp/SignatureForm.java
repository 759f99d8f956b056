/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Form of the data that approvers sign. Three forms are in use. Each is reconstructed
 * from the same values that are used as the decision.
 */
public enum SignatureForm {

	/**
	 * Form of deployed phones: the text {@code artifactHash|decision|nonce}.
	 */
	TEXT {

		@Override
		byte[] signedBytes(String requestId, ObjectNode body) {
			String text = text(body, "artifactHash") + "|" + text(body, "decision") + "|" + text(body, "nonce");
			return StrictUtf8.encode(text);
		}

	},

	/**
	 * Form of the .NET SDK: canonical JSON of {@code requestId}, {@code artifactHash},
	 * {@code decision}, {@code reason} if present, {@code nonce} and {@code signerKeyId}.
	 */
	SDK_JSON {

		@Override
		byte[] signedBytes(String requestId, ObjectNode body) {
			ObjectNode signed = members(body, List.of("artifactHash", "decision", "reason", "nonce", "signerKeyId"));
			return CanonicalJson.toBytes(signed.put("requestId", requestId));
		}

	},

	/**
	 * Form of HARP-CORE: canonical JSON of its members that are present in the decision.
	 * A decision has this form if {@code sigAlg} and {@code scope} are present.
	 */
	CORE {

		@Override
		byte[] signedBytes(String requestId, ObjectNode body) {
			return CanonicalJson.toBytes(members(body, CORE_MEMBERS));
		}

	};

	private static final List<String> CORE_MEMBERS = List.of("requestId", "artifactHashAlg", "artifactHash", "repoRef",
			"decision", "scope", "expiresAt", "nonce", "sigAlg", "signerKeyId", "policyHints");

	/**
	 * Return the bytes that the approver signed in this form.
	 * @param requestId the exchange's id
	 * @param body the decision's members, none of them null
	 * @return the signed bytes
	 * @throws IllegalArgumentException if a member has no canonical form
	 */
	abstract byte[] signedBytes(String requestId, ObjectNode body);

	static boolean isCore(JsonNode body) {
		return body.has("sigAlg") && body.has("scope");
	}

	private static String text(JsonNode body, String name) {
		return body.path(name).stringValue();
	}

	private static ObjectNode members(ObjectNode body, List<String> names) {
		return body.deepCopy().retain(names);
	}

}
