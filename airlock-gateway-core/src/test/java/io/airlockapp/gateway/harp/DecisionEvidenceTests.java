/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DecisionEvidence}.
 */
class DecisionEvidenceTests {

	private static final String OTHER_HASH = "0".repeat(64);

	private final DecisionSigner signer = new DecisionSigner("key-1");

	private final SignerKey stranger = new DecisionSigner("key-2").keyNamed("key-1");

	@ParameterizedTest
	@EnumSource
	void provesADecisionAfterItWasKeptAsJson(SignatureForm form) throws DecisionVerificationException {
		JsonMapper mapper = new JsonMapper();
		String json = mapper.writeValueAsString(evidence(form, DecisionSigner.ARTIFACT_HASH));
		DecisionEvidence evidence = mapper.readValue(json, DecisionEvidence.class);
		assertThat(evidence.isSignedBy(this.signer.key())).isTrue();
		assertThat(evidence.isSignedBy(this.stranger)).isFalse();
		assertThat(evidence.form()).isEqualTo(form);
		assertThat(evidence.decision()).isEqualTo("approve");
		assertThat(evidence.requestId()).isEqualTo(DecisionSigner.REQUEST_ID);
	}

	@ParameterizedTest
	@EnumSource
	void evidenceWhenChangedProvesNothing(SignatureForm form) throws DecisionVerificationException {
		DecisionEvidence e = evidence(form, DecisionSigner.ARTIFACT_HASH);
		SignatureForm other = (form == SignatureForm.TEXT) ? SignatureForm.CORE : SignatureForm.TEXT;
		Stream<DecisionEvidence> forged = Stream.of(
				new DecisionEvidence(e.requestId(), OTHER_HASH, e.decision(), form, e.signedText(), e.signature(),
						e.signerKeyId(), e.publicKey()),
				new DecisionEvidence(e.requestId(), e.artifactHash(), "reject", form, e.signedText(), e.signature(),
						e.signerKeyId(), e.publicKey()),
				new DecisionEvidence(e.requestId(), OTHER_HASH, e.decision(), form,
						e.signedText().replace(e.artifactHash(), OTHER_HASH), e.signature(), e.signerKeyId(),
						e.publicKey()),
				new DecisionEvidence(e.requestId(), e.artifactHash(), e.decision(), form, e.signedText(),
						e.signature().startsWith("A") ? "B" + e.signature().substring(1)
								: "A" + e.signature().substring(1),
						e.signerKeyId(), e.publicKey()),
				new DecisionEvidence(e.requestId(), e.artifactHash(), e.decision(), form, e.signedText(), "?",
						e.signerKeyId(), e.publicKey()),
				new DecisionEvidence(e.requestId(), e.artifactHash(), e.decision(), form, e.signedText(), e.signature(),
						e.signerKeyId(), this.stranger.encode()),
				new DecisionEvidence(e.requestId(), e.artifactHash(), e.decision(), other, e.signedText(),
						e.signature(), e.signerKeyId(), e.publicKey()));
		assertThat(forged).noneMatch((evidence) -> evidence.isSignedBy(this.signer.key()));
	}

	@ParameterizedTest
	@EnumSource(names = { "SDK_JSON", "CORE" })
	void jsonProvesWhichRequestItWas(SignatureForm form) throws DecisionVerificationException {
		DecisionEvidence e = evidence(form, DecisionSigner.ARTIFACT_HASH);
		DecisionEvidence other = new DecisionEvidence("req-2", e.artifactHash(), e.decision(), form, e.signedText(),
				e.signature(), e.signerKeyId(), e.publicKey());
		assertThat(other.isSignedBy(this.signer.key())).isFalse();
	}

	@Test
	void coversItsArtifactOnly() throws DecisionVerificationException {
		ObjectNode plaintext = JsonNodeFactory.instance.objectNode().put("requestId", DecisionSigner.REQUEST_ID);
		byte[] canonical = CanonicalJson.toBytes(plaintext);
		DecisionEvidence evidence = evidence(SignatureForm.TEXT, ArtifactHash.of(canonical));
		assertThat(evidence.covers(canonical)).isTrue();
		assertThat(evidence.covers(CanonicalJson.toBytes(plaintext.put("amount", 1)))).isFalse();
	}

	private DecisionEvidence evidence(SignatureForm form, String artifactHash) throws DecisionVerificationException {
		ObjectNode body = this.signer.unsigned(form, "approve").put("artifactHash", artifactHash);
		DecisionMessage message = new DecisionMessage(DecisionMessage.MSG_TYPE, DecisionSigner.REQUEST_ID, null,
				this.signer.sign(form, body));
		return new DecisionVerifier(EnumSet.allOf(SignatureForm.class), new InMemoryReplayJournal(),
				InstantSource.fixed(DecisionSigner.EXPIRY))
			.verify(message, DecisionSigner.REQUEST_ID, artifactHash, List.of(this.signer.key()))
			.evidence();
	}

}
