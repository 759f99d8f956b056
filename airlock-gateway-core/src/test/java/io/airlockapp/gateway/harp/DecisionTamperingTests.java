/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a signed decision of which a relay changes whole members. The lists contain
 * the members that each form signs, and those that it leaves to the relay.
 */
class DecisionTamperingTests {

	private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

	private final DecisionSigner signer = new DecisionSigner("key-1");

	static List<String> signedMembers(SignatureForm form) {
		return switch (form) {
			case TEXT -> List.of("artifactHash", "decision", "nonce", "signature");
			case SDK_JSON -> List.of("artifactHash", "decision", "reason", "nonce", "signerKeyId", "signature");
			case CORE -> List.of("requestId", "artifactHashAlg", "artifactHash", "repoRef", "decision", "scope",
					"expiresAt", "nonce", "sigAlg", "signerKeyId", "policyHints", "signature");
		};
	}

	static List<String> unsignedMembers(SignatureForm form) {
		return switch (form) {
			case TEXT -> List.of("reason", "decisionHash", "artifactHashAlg", "repoRef", "policyHints", "scope",
					"sigAlg", "signature2", "");
			case SDK_JSON -> List.of("decisionHash", "artifactHashAlg", "repoRef", "policyHints", "scope", "sigAlg",
					"signature2", "");
			case CORE -> List.of("reason", "decisionHash", "signature2", "");
		};
	}

	static Stream<Arguments> signed() {
		return Stream.of(SignatureForm.values())
			.flatMap((form) -> signedMembers(form).stream().map((member) -> Arguments.of(form, member)));
	}

	static Stream<Arguments> unsigned() {
		return Stream.of(SignatureForm.values())
			.flatMap((form) -> unsignedMembers(form).stream().map((member) -> Arguments.of(form, member)));
	}

	@ParameterizedTest
	@MethodSource("signed")
	void refusesSignedMemberThatIsRemovedOrReplaced(SignatureForm form, String member) {
		ObjectNode body = this.signer.approval(form);
		String text = body.get(member).asString("");
		Stream<JsonNode> replacements = Stream.of(nodes.nullNode(), nodes.missingNode(), nodes.numberNode(0),
				nodes.numberNode(1), nodes.booleanNode(true), nodes.booleanNode(false), nodes.arrayNode(),
				nodes.arrayNode().add(body.get(member)), nodes.objectNode(),
				nodes.objectNode().set(member, body.get(member)), nodes.stringNode(""), nodes.stringNode(text + " "),
				nodes.stringNode(" " + text), nodes.stringNode("approve"), nodes.stringNode("reject"),
				nodes.stringNode(text.toUpperCase()));
		assertThat(replacements.filter((replacement) -> !replacement.equals(body.get(member)))).isNotEmpty()
			.allSatisfy((replacement) -> {
				ObjectNode changed = body.deepCopy();
				changed.remove(member);
				if (!replacement.isMissingNode()) {
					changed.set(member, replacement);
				}
				assertThat(verify(changed)).as("'%s' replaced by %s", member, replacement).isEmpty();
			});
	}

	@ParameterizedTest
	@MethodSource("unsigned")
	void verdictDoesNotDependOnUnsignedMembers(SignatureForm form, String member) {
		ObjectNode body = this.signer.approval(form);
		for (String value : List.of("", "reject", "deny", "\ud800")) {
			assertUnchanged(form, verify(body.deepCopy().put(member, value)));
		}
		assertUnchanged(form, verify(body.deepCopy().putNull(member)));
		assertUnchanged(form, verify(body.deepCopy().without(member)));
	}

	/**
	 * Absent and {@code null} are the same to every form, and to what is acted upon.
	 */
	@ParameterizedTest
	@CsvSource({ "SDK_JSON, reason", "CORE, repoRef", "CORE, policyHints" })
	void nullCountsAsAbsentMember(SignatureForm form, String member) {
		ObjectNode body = this.signer.unsigned(form, "approve");
		body.remove(member);
		this.signer.sign(form, body);
		assertUnchanged(form, verify(body));
		assertUnchanged(form, verify(body.putNull(member)));
	}

	@ParameterizedTest
	@CsvSource({ "SDK_JSON, reason", "CORE, repoRef", "CORE, policyHints", "CORE, artifactHashAlg", "CORE, expiresAt" })
	void refusesSignedMemberThatIsAdded(SignatureForm form, String member) {
		ObjectNode body = this.signer.unsigned(form, "approve");
		JsonNode added = body.remove(member);
		this.signer.sign(form, body);
		assertUnchanged(form, verify(body));
		assertThat(verify(body.set(member, added))).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = "CORE", mode = EnumSource.Mode.EXCLUDE)
	void refusesDecisionThatIsMadeToLookLikeCoreForm(SignatureForm form) {
		ObjectNode body = this.signer.approval(form);
		body.put("requestId", DecisionSigner.REQUEST_ID).put("scope", "once").put("sigAlg", "Ed25519");
		assertThat(verify(body)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "sigAlg", "scope" })
	void refusesCoreFormThatIsMadeToLookLikeAnother(String member) {
		assertThat(verify(this.signer.approval(SignatureForm.CORE).without(member))).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "TEXT, true", "SDK_JSON, false", "CORE, false" })
	void textFormAloneLeavesTheKeysPrefixToTheRelay(SignatureForm form, boolean verified) {
		ObjectNode body = this.signer.approval(form).put("signerKeyId", "1");
		assertThat(verify(body)).map(VerifiedDecision::signerKey)
			.isEqualTo(verified ? Optional.of(this.signer.key()) : Optional.empty());
	}

	@ParameterizedTest
	@EnumSource
	void unsignedExpiryCanOnlyEndDecision(SignatureForm form) {
		ObjectNode body = this.signer.unsigned(form, "approve");
		body.remove("expiresAt");
		this.signer.sign(form, body);
		assertThat(verify(body.deepCopy().put("expiresAt", "2001-01-01T00:00:00Z"))).isEmpty();
		Optional<VerifiedDecision> late = verify(body.deepCopy().put("expiresAt", "2101-01-01T00:00:00Z"));
		if (form == SignatureForm.CORE) {
			assertThat(late).isEmpty();
		}
		else {
			assertUnchanged(form, late);
		}
	}

	@ParameterizedTest
	@CsvSource({ "TEXT, false", "SDK_JSON, true", "CORE, false" })
	void reasonIsSignedInOneFormOnly(SignatureForm form, boolean signed) {
		ObjectNode changed = this.signer.approval(form).put("reason", "Changed on the way");
		assertThat(verify(changed).map(VerifiedDecision::reason))
			.isEqualTo(signed ? Optional.empty() : Optional.of("Changed on the way"));
	}

	@Test
	void signatureOfOneDecisionServesNoOther() {
		for (SignatureForm form : SignatureForm.values()) {
			ObjectNode rejection = this.signer.sign(form, this.signer.unsigned(form, "reject"));
			for (SignatureForm other : SignatureForm.values()) {
				ObjectNode approval = this.signer.unsigned(other, "approve");
				assertThat(verify(approval.set("signature", rejection.get("signature")))).isEmpty();
			}
		}
	}

	private Optional<VerifiedDecision> verify(JsonNode body) {
		return verify(body, this.signer.key());
	}

	static Optional<VerifiedDecision> verify(JsonNode body, SignerKey key) {
		DecisionVerifier verifier = new DecisionVerifier(EnumSet.allOf(SignatureForm.class),
				new InMemoryReplayJournal(), InstantSource.fixed(DecisionSigner.EXPIRY));
		try {
			return Optional.of(verifier.verify(DecisionSigner.deliver(body), DecisionSigner.REQUEST_ID,
					DecisionSigner.ARTIFACT_HASH, List.of(key)));
		}
		catch (DecisionVerificationException ex) {
			return Optional.empty();
		}
	}

	static void assertUnchanged(SignatureForm form, Optional<VerifiedDecision> verified) {
		assertThat(verified).hasValueSatisfying((decision) -> {
			assertThat(decision.verdict()).isEqualTo(Verdict.APPROVE);
			assertThat(decision.requestId()).isEqualTo(DecisionSigner.REQUEST_ID);
			assertThat(decision.form()).isEqualTo(form);
		});
	}

}
