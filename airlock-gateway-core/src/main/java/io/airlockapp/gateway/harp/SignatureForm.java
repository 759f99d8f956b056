package io.airlockapp.gateway.harp;

import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Form of the data that approvers sign. Three forms are deployed; each is rebuilt here
 * from the same values that are acted upon.
 */
public enum SignatureForm {

	/**
	 * Deployed phones: the text {@code artifactHash|decision|nonce}.
	 */
	TEXT {

		@Override
		byte[] signedBytes(String requestId, JsonNode body) {
			String text = text(body, "artifactHash") + "|" + text(body, "decision") + "|" + text(body, "nonce");
			return StrictUtf8.encode(text);
		}

	},

	/**
	 * The .NET SDK: canonical JSON of {@code requestId}, {@code artifactHash},
	 * {@code decision}, {@code reason} if there, {@code nonce} and {@code signerKeyId}.
	 */
	SDK_JSON {

		@Override
		byte[] signedBytes(String requestId, JsonNode body) {
			ObjectNode signed = members(body, List.of("artifactHash", "decision", "reason", "nonce", "signerKeyId"));
			return CanonicalJson.toBytes(signed.put("requestId", requestId));
		}

	},

	/**
	 * HARP-CORE: canonical JSON of those of its members that the decision has. A decision
	 * has this form when {@code sigAlg} and {@code scope} are there.
	 */
	CORE {

		@Override
		byte[] signedBytes(String requestId, JsonNode body) {
			return CanonicalJson.toBytes(members(body, CORE_MEMBERS));
		}

	};

	private static final List<String> CORE_MEMBERS = List.of("requestId", "artifactHashAlg", "artifactHash", "repoRef",
			"decision", "scope", "expiresAt", "nonce", "sigAlg", "signerKeyId", "policyHints");

	/**
	 * Return the bytes that the approver signed in this form.
	 * @param requestId the exchange's id
	 * @param body the decision's members
	 * @return the signed bytes
	 * @throws IllegalArgumentException if a member has no canonical form
	 */
	abstract byte[] signedBytes(String requestId, JsonNode body);

	/**
	 * Return whether the reason is among what this form signs. If not, whoever relays the
	 * decision may have written it.
	 * @return {@code true} if the reason is signed
	 */
	public boolean signsReason() {
		return this == SDK_JSON;
	}

	static boolean isCore(JsonNode body) {
		return body.has("sigAlg") && body.has("scope");
	}

	private static String text(JsonNode body, String name) {
		return body.path(name).stringValue();
	}

	private static ObjectNode members(JsonNode body, List<String> names) {
		ObjectNode result = JsonNodeFactory.instance.objectNode();
		for (String name : names) {
			JsonNode value = body.get(name);
			if (value != null && !value.isNull()) {
				result.set(name, value);
			}
		}
		return result;
	}

}
