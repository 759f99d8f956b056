/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.EscalationStep;
import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.harp.Ciphertext;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.harp.Verdict;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeType;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.util.Assert;

/**
 * Converts the parts of a call to JSON and back. The same part always has the same text.
 * Reading fails with an exception of Jackson or an {@link IllegalArgumentException} if a
 * member is missing or has another type.
 */
final class StoredJson {

	/**
	 * The member with the steps of an escalation, by which calls with one are found.
	 */
	static final String ESCALATION = "escalation";

	private StoredJson() {
	}

	static String write(SealedArtifact artifact) {
		ObjectNode json = HarpJson.mapper().createObjectNode();
		Ciphertext ciphertext = artifact.ciphertext();
		json.putObject("ciphertext")
			.put("alg", ciphertext.alg())
			.put("data", ciphertext.data())
			.put("nonce", ciphertext.nonce())
			.put("tag", ciphertext.tag());
		json.put("pairing", artifact.pairing());
		ArrayNode keys = json.putArray("signerKeys");
		artifact.signerKeys().forEach((key) -> keys.addObject().put("id", key.id()).put("publicKey", key.encode()));
		return HarpJson.mapper().writeValueAsString(json);
	}

	static SealedArtifact readArtifact(String text) {
		JsonNode json = HarpJson.mapper().readTree(text);
		JsonNode ciphertext = json.required("ciphertext");
		List<SignerKey> keys = array(json, "signerKeys").valueStream()
			.map((key) -> SignerKey.of(text(key, "id"), text(key, "publicKey")))
			.toList();
		return new SealedArtifact(new Ciphertext(text(ciphertext, "alg"), text(ciphertext, "data"),
				text(ciphertext, "nonce"), text(ciphertext, "tag")), text(json, "pairing"), keys);
	}

	static String write(StoredDecision stored) {
		ApprovalDecision decision = stored.decision();
		DecisionEvidence evidence = decision.evidence();
		ObjectNode json = HarpJson.mapper().createObjectNode();
		json.put("requestId", decision.requestId())
			.put("verdict", decision.verdict().name())
			.put("reason", decision.reason())
			.put("signerKeyId", decision.signerKeyId())
			.put("signerKeyFingerprint", decision.signerKeyFingerprint())
			.put("msgId", stored.msgId());
		json.putObject("evidence")
			.put("requestId", evidence.requestId())
			.put("artifactHash", evidence.artifactHash())
			.put("decision", evidence.decision())
			.put("form", evidence.form().name())
			.put("signedText", evidence.signedText())
			.put("signature", evidence.signature())
			.put("signerKeyId", evidence.signerKeyId())
			.put("publicKey", evidence.publicKey());
		return HarpJson.mapper().writeValueAsString(json);
	}

	static StoredDecision readDecision(String text) {
		JsonNode json = HarpJson.mapper().readTree(text);
		JsonNode evidence = json.required("evidence");
		return new StoredDecision(
				new ApprovalDecision(text(json, "requestId"), Verdict.valueOf(text(json, "verdict")),
						optionalText(json, "reason"), text(json, "signerKeyId"), text(json, "signerKeyFingerprint"),
						new DecisionEvidence(text(evidence, "requestId"), text(evidence, "artifactHash"),
								text(evidence, "decision"), SignatureForm.valueOf(text(evidence, "form")),
								text(evidence, "signedText"), text(evidence, "signature"),
								text(evidence, "signerKeyId"), text(evidence, "publicKey"))),
				optionalText(json, "msgId"));
	}

	static String write(ApproverGroup approvers) {
		ObjectNode json = HarpJson.mapper().createObjectNode();
		json.put("name", approvers.name()).put("quorum", approvers.quorum());
		ArrayNode pairings = json.putArray("pairings");
		approvers.pairings().forEach(pairings::add);
		for (EscalationStep step : approvers.escalation()) {
			ObjectNode written = json.withArray(ESCALATION).addObject();
			written.put("after", step.after().toMillis()).put("onUnavailable", step.onUnavailable());
			ArrayNode added = written.putArray("pairings");
			step.pairings().forEach(added::add);
		}
		return HarpJson.mapper().writeValueAsString(json);
	}

	static ApproverGroup readApprovers(String text) {
		JsonNode json = HarpJson.mapper().readTree(text);
		List<EscalationStep> escalation = new ArrayList<>();
		if (json.has(ESCALATION)) {
			for (JsonNode step : array(json, ESCALATION)) {
				escalation.add(new EscalationStep(Duration.ofMillis(step.required("after").longValue()), pairings(step),
						step.required("onUnavailable").booleanValue()));
			}
		}
		ApproverGroup approvers = new ApproverGroup(text(json, "name"), pairings(json),
				json.required("quorum").intValue(), null, false, false, escalation);
		Assert.isTrue(!approvers.members().isEmpty(), "A stored group has no pairings");
		return approvers;
	}

	private static List<String> pairings(JsonNode json) {
		return array(json, "pairings").valueStream().map(StoredJson::text).toList();
	}

	static String write(Map<String, String> values) {
		return HarpJson.mapper().writeValueAsString(new TreeMap<>(values));
	}

	static Map<String, String> readMap(String text) {
		Map<String, String> values = new LinkedHashMap<>();
		JsonNode json = require(HarpJson.mapper().readTree(text), JsonNodeType.OBJECT);
		json.propertyNames().forEach((name) -> values.put(name, text(json, name)));
		return values;
	}

	private static JsonNode array(JsonNode json, String name) {
		return require(json.required(name), JsonNodeType.ARRAY);
	}

	private static JsonNode require(JsonNode json, JsonNodeType type) {
		Assert.isTrue(json.getNodeType() == type, () -> "A stored value is not of the type " + type);
		return json;
	}

	private static String text(JsonNode json, String name) {
		return text(json.required(name));
	}

	private static String text(JsonNode json) {
		return require(json, JsonNodeType.STRING).stringValue();
	}

	private static @Nullable String optionalText(JsonNode json, String name) {
		return json.required(name).isNull() ? null : text(json, name);
	}

}
