/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.airlockapp.gateway.harp.DecisionVerificationException.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class DecisionVerifierTests {

	private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

	private final DecisionSigner signer = new DecisionSigner("key-1");

	private final List<String> usedNonces = new ArrayList<>();

	private final ReplayJournal memory = new InMemoryReplayJournal();

	private final ReplayJournal journal = (key, nonce, requestId) -> {
		this.usedNonces.add(nonce);
		return this.memory.use(key, nonce, requestId);
	};

	private Instant now = DecisionSigner.EXPIRY.minusSeconds(60);

	private final DecisionVerifier verifier = verifier(EnumSet.allOf(SignatureForm.class));

	@ParameterizedTest
	@EnumSource
	void verifiesApproval(SignatureForm form) throws DecisionVerificationException {
		VerifiedDecision decision = verify(this.signer.approval(form));
		assertThat(decision.verdict()).isEqualTo(Verdict.APPROVE);
		assertThat(decision.requestId()).isEqualTo(DecisionSigner.REQUEST_ID);
		assertThat(decision.signerKey()).isEqualTo(this.signer.key());
		assertThat(decision.form()).isEqualTo(form);
		assertThat(decision.reason()).isEqualTo((form == SignatureForm.SDK_JSON) ? "Looks good" : null);
		assertThat(this.usedNonces).containsExactly(DecisionSigner.NONCE);
	}

	@ParameterizedTest
	@EnumSource
	void verifiesRejection(SignatureForm form) throws DecisionVerificationException {
		VerifiedDecision decision = verify(this.signer.sign(form, this.signer.unsigned(form, "reject")));
		assertThat(decision.verdict()).isEqualTo(Verdict.REJECT);
		assertThat(decision.form()).isEqualTo(form);
	}

	@ParameterizedTest
	@ValueSource(strings = { "APPROVE", "Approve", "approved", "approve ", " approve", "allow", "deny", "denied",
			"REJECT", "rejected", "true", "yes", "1", "approve|", "" })
	void refusesDecisionOtherThanApproveOrReject(String word) {
		for (SignatureForm form : SignatureForm.values()) {
			assertRefused(Failure.MALFORMED, this.signer.sign(form, this.signer.unsigned(form, word)));
		}
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", "decision", "DECISION.DELIVER", "decision.deliver ", "exchange.status" })
	void refusesAnotherMessageType(String msgType) {
		assertRefused(Failure.MALFORMED, new DecisionMessage(msgType, DecisionSigner.REQUEST_ID, null,
				this.signer.approval(SignatureForm.TEXT)));
	}

	static Stream<JsonNode> otherBodies() {
		return Stream.of(null, nodes.nullNode(), nodes.missingNode(), nodes.arrayNode(), nodes.stringNode("approve"),
				nodes.numberNode(1), nodes.booleanNode(true));
	}

	@ParameterizedTest
	@MethodSource("otherBodies")
	void refusesBodyThatIsNotAnObject(JsonNode body) {
		assertRefused(Failure.MALFORMED,
				new DecisionMessage(DecisionMessage.MSG_TYPE, DecisionSigner.REQUEST_ID, null, body));
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", "req-other", "REQ-0F6D3C52" })
	void refusesDecisionForAnotherRequestByItsEnvelope(String requestId) {
		for (SignatureForm form : SignatureForm.values()) {
			assertRefused(Failure.OTHER_REQUEST,
					new DecisionMessage(DecisionMessage.MSG_TYPE, requestId, null, this.signer.approval(form)));
		}
	}

	@Test
	void refusesDecisionForAnotherRequestByItsBody() {
		ObjectNode core = this.signer.unsigned(SignatureForm.CORE, "approve").put("requestId", "req-other");
		assertRefused(Failure.OTHER_REQUEST, this.signer.sign(SignatureForm.CORE, core));
		assertRefused(Failure.OTHER_REQUEST, this.signer.approval(SignatureForm.TEXT).put("requestId", "req-other"));
	}

	@ParameterizedTest
	@EnumSource
	void refusesDecisionForAnotherArtifact(SignatureForm form) {
		ObjectNode body = this.signer.unsigned(form, "approve").put("artifactHash", "0".repeat(64));
		assertRefused(Failure.OTHER_ARTIFACT, this.signer.sign(form, body));
		body.put("artifactHash", DecisionSigner.ARTIFACT_HASH.toUpperCase());
		assertRefused(Failure.OTHER_ARTIFACT, this.signer.sign(form, body));
	}

	@Test
	void longReasonIsShortened() throws Exception {
		ObjectNode body = this.signer.approval(SignatureForm.TEXT).put("reason", "x".repeat(1000));
		assertThat(verify(body).reason()).isEqualTo("x".repeat(1000));
		assertThat(verify(body.put("reason", "x".repeat(100_000))).reason()).isEqualTo("x".repeat(1000) + "…");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\ud83d", "a\ude00b" })
	void halfACharacterOfAReasonIsReplaced(String half) throws Exception {
		ObjectNode body = this.signer.approval(SignatureForm.TEXT).put("reason", "x".repeat(999) + "\ud83d\ude00");
		assertThat(verify(body).reason()).isEqualTo("x".repeat(999) + "?…");
		assertThat(verify(body.put("reason", half)).reason()).isEqualTo(half.replaceAll("[\\ud800-\\udfff]", "?"));
	}

	@ParameterizedTest
	@EnumSource
	void refusesUnknownKey(SignatureForm form) {
		DecisionMessage message = DecisionSigner.deliver(this.signer.approval(form));
		assertRefused(Failure.UNKNOWN_KEY, message, List.of());
		List<SignerKey> keys = List.of(this.signer.keyNamed("key-2"), this.signer.keyNamed("key-3"));
		assertRefused(Failure.UNKNOWN_KEY, message, keys);
		assertThatExceptionOfType(DecisionVerificationException.class)
			.isThrownBy(
					() -> this.verifier.verify(message, DecisionSigner.REQUEST_ID, DecisionSigner.ARTIFACT_HASH, keys))
			.withMessageEndingWith("[key-2, key-3]");
	}

	@ParameterizedTest
	@EnumSource
	void refusesSignatureOfAnotherKeyUnderTheSameId(SignatureForm form) {
		SignerKey other = new DecisionSigner("other").keyNamed("key-1");
		assertRefused(Failure.BAD_SIGNATURE, DecisionSigner.deliver(this.signer.approval(form)), List.of(other));
	}

	@ParameterizedTest
	@EnumSource
	void findsTheKeyOfSeveralWithOneId(SignatureForm form) throws DecisionVerificationException {
		SignerKey former = new DecisionSigner("former").keyNamed("key-1");
		DecisionMessage message = DecisionSigner.deliver(this.signer.approval(form));
		for (List<SignerKey> keys : List.of(List.of(former, this.signer.key()), List.of(this.signer.key(), former))) {
			VerifiedDecision decision = this.verifier.verify(message, DecisionSigner.REQUEST_ID,
					DecisionSigner.ARTIFACT_HASH, keys);
			assertThat(decision.signerKey()).isEqualTo(this.signer.key());
			assertThat(decision.evidence().publicKey()).isEqualTo(this.signer.key().encode());
		}
	}

	@ParameterizedTest
	@CsvSource({ "key-1, key-1", "key-1, 1", "1, key-1", "1, 1" })
	void findsKeyWithOrWithoutPrefix(String pairedId, String id) throws DecisionVerificationException {
		for (SignatureForm form : SignatureForm.values()) {
			ObjectNode body = this.signer.unsigned(form, "approve")
				.put("signerKeyId", id)
				.put("nonce", "nonce of " + form);
			SignerKey paired = this.signer.keyNamed(pairedId);
			assertThat(this.verifier
				.verify(DecisionSigner.deliver(this.signer.sign(form, body)), DecisionSigner.REQUEST_ID,
						DecisionSigner.ARTIFACT_HASH, List.of(paired))
				.signerKey()).isEqualTo(paired);
		}
	}

	@Test
	void findsTheKeyOfSeveralWithSimilarIds() throws DecisionVerificationException {
		SignerKey exact = this.signer.key();
		SignerKey similar = new DecisionSigner("other").keyNamed("1");
		DecisionMessage message = DecisionSigner.deliver(this.signer.approval(SignatureForm.TEXT));
		assertThat(this.verifier
			.verify(message, DecisionSigner.REQUEST_ID, DecisionSigner.ARTIFACT_HASH, List.of(similar, exact))
			.signerKey()).isEqualTo(exact);
		assertThat(this.verifier
			.verify(message, DecisionSigner.REQUEST_ID, DecisionSigner.ARTIFACT_HASH, List.of(exact, similar))
			.signerKey()).isEqualTo(exact);
		ObjectNode bySimilarId = this.signer.approval(SignatureForm.TEXT).put("signerKeyId", "1");
		assertThat(this.verifier
			.verify(DecisionSigner.deliver(bySimilarId), DecisionSigner.REQUEST_ID, DecisionSigner.ARTIFACT_HASH,
					List.of(similar, exact))
			.signerKey()).isEqualTo(exact);
		assertRefused(Failure.BAD_SIGNATURE, DecisionSigner.deliver(bySimilarId), List.of(similar));
	}

	@Test
	void picksTheRightKeyOfSeveral() throws DecisionVerificationException {
		DecisionSigner other = new DecisionSigner("key-2");
		List<SignerKey> keys = List.of(this.signer.key(), other.key());
		DecisionMessage message = DecisionSigner.deliver(other.approval(SignatureForm.SDK_JSON));
		assertThat(this.verifier.verify(message, DecisionSigner.REQUEST_ID, DecisionSigner.ARTIFACT_HASH, keys)
			.signerKey()).isEqualTo(other.key());
	}

	static Stream<Arguments> formsAndOtherForms() {
		return Stream.of(SignatureForm.values())
			.flatMap((form) -> Stream.of(SignatureForm.values()).map((accepted) -> Arguments.of(form, accepted)));
	}

	@ParameterizedTest
	@MethodSource("formsAndOtherForms")
	void verifiesAcceptedFormsOnly(SignatureForm form, SignatureForm accepted) throws DecisionVerificationException {
		DecisionVerifier restricted = verifier(Set.of(accepted));
		DecisionMessage message = DecisionSigner.deliver(this.signer.approval(form));
		if (form == accepted) {
			assertThat(restricted
				.verify(message, DecisionSigner.REQUEST_ID, DecisionSigner.ARTIFACT_HASH, List.of(this.signer.key()))
				.form()).isEqualTo(form);
		}
		else {
			assertThat(refusal(restricted, message, List.of(this.signer.key()))).isEqualTo(Failure.BAD_SIGNATURE);
		}
	}

	@Test
	void needsAnAcceptedForm() {
		assertThatIllegalArgumentException().isThrownBy(() -> verifier(Set.of()));
	}

	@Test
	void keepsItsOwnCopyOfTheAcceptedForms() {
		Set<SignatureForm> forms = EnumSet.of(SignatureForm.CORE);
		DecisionVerifier restricted = verifier(forms);
		forms.add(SignatureForm.TEXT);
		assertThat(refusal(restricted, DecisionSigner.deliver(this.signer.approval(SignatureForm.TEXT)),
				List.of(this.signer.key())))
			.isEqualTo(Failure.BAD_SIGNATURE);
	}

	/**
	 * What is verified later, since the journal of nonces was not available, is judged by
	 * the time at which it was received.
	 */
	@ParameterizedTest
	@EnumSource
	void judgesExpiryByTheTimeOfReceipt(SignatureForm form) throws DecisionVerificationException {
		this.now = DecisionSigner.EXPIRY.plus(Duration.ofMinutes(3));
		DecisionMessage message = new DecisionMessage(DecisionMessage.MSG_TYPE, DecisionSigner.REQUEST_ID,
				DecisionSigner.EXPIRY.toString(), this.signer.approval(form));
		assertRefused(Failure.EXPIRED, message);
		assertThat(this.verifier
			.verify(message, DecisionSigner.REQUEST_ID, DecisionSigner.ARTIFACT_HASH, List.of(this.signer.key()),
					DecisionSigner.EXPIRY)
			.verdict()).isEqualTo(Verdict.APPROVE);
	}

	@ParameterizedTest
	@EnumSource
	void takesEnvelopeUpToSixtySecondsAfterItsExpiryAndNotOneNanosecondMore(SignatureForm form)
			throws DecisionVerificationException {
		ObjectNode body = this.signer.approval(form);
		body.remove("expiresAt");
		body = this.signer.sign(form, body);
		this.now = DecisionSigner.EXPIRY.plusSeconds(60).plusNanos(1);
		assertRefused(Failure.EXPIRED, body);
		this.now = DecisionSigner.EXPIRY.plusSeconds(60);
		assertThat(verify(body).verdict()).isEqualTo(Verdict.APPROVE);
	}

	@ParameterizedTest
	@EnumSource
	void takesBodyUpToSixtySecondsAfterItsExpiryAndNotOneNanosecondMore(SignatureForm form)
			throws DecisionVerificationException {
		Instant expiry = DecisionSigner.EXPIRY.minusSeconds(200);
		ObjectNode body = this.signer.sign(form,
				this.signer.unsigned(form, "approve").put("expiresAt", expiry.toString()));
		this.now = expiry.plusSeconds(60).plusNanos(1);
		assertRefused(Failure.EXPIRED, body);
		this.now = expiry.plusSeconds(60);
		assertThat(verify(body).verdict()).isEqualTo(Verdict.APPROVE);
	}

	/**
	 * An approval that was given in time must not be lost because it is received later.
	 */
	@ParameterizedTest
	@EnumSource
	void callerThatStoresTheTimeOfUseTakesADecisionAfterItsExpiry(SignatureForm form)
			throws DecisionVerificationException {
		this.now = DecisionSigner.EXPIRY.plus(Duration.ofDays(1));
		DecisionMessage message = new DecisionMessage(DecisionMessage.MSG_TYPE, DecisionSigner.REQUEST_ID,
				DecisionSigner.EXPIRY.toString(), this.signer.approval(form));
		assertRefused(Failure.EXPIRED, message);
		assertThat(this.verifier.withoutExpiry(this.journal)
			.verify(message, DecisionSigner.REQUEST_ID, DecisionSigner.ARTIFACT_HASH, List.of(this.signer.key()))
			.verdict()).isEqualTo(Verdict.APPROVE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "2026-11-24T12:05:00+02:00", "2026-11-24T10:05:00.000Z", "2026-11-24T02:05:00-08:00" })
	void readsExpiryWithOffset(String expiresAt) throws DecisionVerificationException {
		ObjectNode body = this.signer.sign(SignatureForm.CORE,
				this.signer.unsigned(SignatureForm.CORE, "approve").put("expiresAt", expiresAt));
		this.now = DecisionSigner.EXPIRY.plusSeconds(61);
		assertRefused(Failure.EXPIRED, body);
		this.now = DecisionSigner.EXPIRY.plusSeconds(59);
		assertThat(verify(body).verdict()).isEqualTo(Verdict.APPROVE);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "never", "2031-01-01", "2031-01-01T00:00:00", "1893456000", "+1000000000-01-01T00:00:00Z" })
	void refusesExpiryThatIsNotTime(String expiresAt) {
		for (SignatureForm form : SignatureForm.values()) {
			ObjectNode body = this.signer.unsigned(form, "approve").put("expiresAt", expiresAt);
			assertRefused(Failure.MALFORMED, this.signer.sign(form, body));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "+999999999-12-31T23:59:59Z", "+999999999-12-31T23:59:59-18:00" })
	void takesTheLatestExpiry(String expiresAt) throws DecisionVerificationException {
		DecisionMessage message = new DecisionMessage(DecisionMessage.MSG_TYPE, DecisionSigner.REQUEST_ID, expiresAt,
				this.signer.approval(SignatureForm.TEXT));
		assertThat(verify(message).verdict()).isEqualTo(Verdict.APPROVE);
	}

	@Test
	void takesDecisionWithoutExpiry() throws DecisionVerificationException {
		this.now = DecisionSigner.EXPIRY.plus(Duration.ofDays(1));
		DecisionMessage message = new DecisionMessage(DecisionMessage.MSG_TYPE, DecisionSigner.REQUEST_ID, null,
				this.signer.approval(SignatureForm.TEXT));
		assertThat(verify(message).verdict()).isEqualTo(Verdict.APPROVE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "session", "", "ONCE", "always", "once ", "workspace" })
	void refusesScopeWiderThanOneUse(String scope) {
		ObjectNode body = this.signer.unsigned(SignatureForm.CORE, "approve").put("scope", scope);
		assertRefused(Failure.WRONG_SCOPE, this.signer.sign(SignatureForm.CORE, body));
	}

	@ParameterizedTest
	@ValueSource(strings = { "once", "timebox" })
	void takesScopeOfOneUse(String scope) throws DecisionVerificationException {
		ObjectNode body = this.signer.unsigned(SignatureForm.CORE, "approve").put("scope", scope);
		assertThat(verify(this.signer.sign(SignatureForm.CORE, body)).verdict()).isEqualTo(Verdict.APPROVE);
	}

	@ParameterizedTest
	@CsvSource({ "sigAlg, RSA", "sigAlg, ed25519", "sigAlg, ''", "artifactHashAlg, SHA-1", "artifactHashAlg, sha-256",
			"artifactHashAlg, ''" })
	void refusesAnotherAlgorithm(String member, String algorithm) {
		ObjectNode body = this.signer.unsigned(SignatureForm.CORE, "approve").put(member, algorithm);
		assertRefused(Failure.MALFORMED, this.signer.sign(SignatureForm.CORE, body));
	}

	@ParameterizedTest
	@EnumSource
	void refusesNonceForAnotherRequest(SignatureForm form) throws DecisionVerificationException {
		assertThat(this.memory.use(this.signer.key(), DecisionSigner.NONCE, "req-earlier")).isTrue();
		for (SignatureForm other : SignatureForm.values()) {
			assertRefusedAfterUse(Failure.REPLAYED, this.signer.approval(other));
		}
		assertThat(
				verify(this.signer.sign(form, this.signer.unsigned(form, "approve").put("nonce", "other"))).verdict())
			.isEqualTo(Verdict.APPROVE);
	}

	@ParameterizedTest
	@EnumSource
	void verifiesDecisionThatIsDeliveredAgain(SignatureForm form) throws DecisionVerificationException {
		ObjectNode body = this.signer.approval(form);
		assertThat(verify(body).verdict()).isEqualTo(Verdict.APPROVE);
		assertThat(verify(body.deepCopy()).verdict()).isEqualTo(Verdict.APPROVE);
		assertThat(this.usedNonces).containsExactly(DecisionSigner.NONCE, DecisionSigner.NONCE);
	}

	@ParameterizedTest
	@EnumSource
	void doesNotBurnTheNonceForDecisionThatDoesNotCount(SignatureForm form) throws DecisionVerificationException {
		ObjectNode body = this.signer.approval(form);
		assertRefused(Failure.BAD_SIGNATURE, new DecisionSigner("other").sign(form, body.deepCopy()));
		this.now = DecisionSigner.EXPIRY.plusSeconds(61);
		assertRefused(Failure.EXPIRED, body);
		this.now = DecisionSigner.EXPIRY;
		assertThat(this.usedNonces).isEmpty();
		assertThat(verify(body).verdict()).isEqualTo(Verdict.APPROVE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\t\n" })
	void refusesBlankNonce(String nonce) {
		for (SignatureForm form : SignatureForm.values()) {
			assertRefused(Failure.MALFORMED,
					this.signer.sign(form, this.signer.unsigned(form, "approve").put("nonce", nonce)));
		}
	}

	@Test
	void refusesLoneSurrogateThatWouldBeSignedAsQuestionMark() throws DecisionVerificationException {
		ObjectNode body = this.signer.sign(SignatureForm.TEXT,
				this.signer.unsigned(SignatureForm.TEXT, "approve").put("nonce", "a?b"));
		assertRefused(Failure.MALFORMED, body.deepCopy().put("nonce", "a\ud800b"));
		assertThat(verify(body).verdict()).isEqualTo(Verdict.APPROVE);
	}

	static Stream<JsonNode> valuesWithoutCanonicalForm() {
		return Stream.of(nodes.stringNode("\udc00"), nodes.numberNode(Double.POSITIVE_INFINITY),
				nodes.numberNode(BigInteger.TEN.pow(400)), HarpJson.mapper().readTree("{\"a\":[1e999]}"));
	}

	@ParameterizedTest
	@MethodSource("valuesWithoutCanonicalForm")
	void refusesDecisionWithoutCanonicalForm(JsonNode value) {
		assertRefused(Failure.MALFORMED, this.signer.approval(SignatureForm.CORE).set("policyHints", value));
	}

	static Stream<Arguments> textMembers() {
		Stream<String> common = Stream.of("artifactHash", "decision", "nonce", "signerKeyId", "signature");
		Stream<String> core = Stream.of("requestId", "sigAlg", "scope", "artifactHashAlg");
		Stream<Arguments> expiry = Stream.of(Arguments.of(SignatureForm.TEXT, "expiresAt"),
				Arguments.of(SignatureForm.SDK_JSON, "expiresAt"));
		return Stream
			.of(common.flatMap((member) -> Stream.of(SignatureForm.values()).map((form) -> Arguments.of(form, member))),
					core.map((member) -> Arguments.of(SignatureForm.CORE, member)), expiry)
			.flatMap((arguments) -> arguments);
	}

	@Test
	void refusesSignedExpiryThatIsNotText() {
		ObjectNode body = this.signer.unsigned(SignatureForm.CORE, "approve").put("expiresAt", 1893456000);
		assertRefused(Failure.MALFORMED, this.signer.sign(SignatureForm.CORE, body));
	}

	@ParameterizedTest
	@MethodSource("textMembers")
	void refusesMemberThatIsNotText(SignatureForm form, String member) {
		Stream<JsonNode> values = Stream.of(nodes.numberNode(1), nodes.booleanNode(true),
				nodes.arrayNode().add("approve"), nodes.objectNode().put("approve", true));
		assertThat(values)
			.allSatisfy((value) -> assertRefused(Failure.MALFORMED, this.signer.approval(form).set(member, value)));
	}

	/**
	 * Many serializers write absent members so.
	 */
	@ParameterizedTest
	@EnumSource
	void takesNullForAbsentMember(SignatureForm form) throws DecisionVerificationException {
		ObjectNode body = this.signer.unsigned(form, "approve");
		body.remove(List.of("artifactHashAlg", "repoRef", "expiresAt", "policyHints"));
		this.signer.sign(form, body);
		for (String member : List.of("requestId", "artifactHashAlg", "repoRef", "scope", "expiresAt", "sigAlg",
				"policyHints", "reason", "decisionHash")) {
			ObjectNode received = body.deepCopy();
			received.putIfAbsent(member, nodes.nullNode());
			assertThat(verify(received)).as(member)
				.returns(Verdict.APPROVE, VerifiedDecision::verdict)
				.returns(form, VerifiedDecision::form);
		}
	}

	@Test
	void takesNullForAllAbsentMembers() throws DecisionVerificationException {
		ObjectNode body = this.signer.approval(SignatureForm.TEXT);
		for (String member : List.of("requestId", "artifactHashAlg", "repoRef", "scope", "expiresAt", "sigAlg",
				"policyHints", "reason", "decisionHash")) {
			body.putNull(member);
		}
		assertThat(verify(body)).returns(Verdict.APPROVE, VerifiedDecision::verdict)
			.returns(null, VerifiedDecision::reason);
	}

	@ParameterizedTest
	@EnumSource
	void refusesNullForSignedMember(SignatureForm form) {
		ObjectNode body = this.signer.approval(form);
		assertThat(body.propertyNames()).allSatisfy(
				(member) -> assertThat(refusal(this.verifier, DecisionSigner.deliver(body.deepCopy().putNull(member)),
						List.of(this.signer.key())))
					.isIn(Failure.MALFORMED, Failure.BAD_SIGNATURE));
	}

	@ParameterizedTest
	@CsvSource({ "artifactHash", "decision", "nonce", "signerKeyId", "signature" })
	void refusesMissingMember(String member) {
		for (SignatureForm form : SignatureForm.values()) {
			assertRefused(Failure.MALFORMED, this.signer.approval(form).without(member));
		}
	}

	@Test
	void refusesCoreFormWithoutRequestId() {
		ObjectNode body = this.signer.unsigned(SignatureForm.CORE, "approve");
		body.remove("requestId");
		assertRefused(Failure.MALFORMED, this.signer.sign(SignatureForm.CORE, body));
	}

	@ParameterizedTest
	@EnumSource
	void refusesReasonThatIsNotText(SignatureForm form) {
		assertRefused(Failure.MALFORMED, this.signer.approval(form).put("reason", 1));
		assertRefused(Failure.MALFORMED, this.signer.approval(form).set("reason", nodes.objectNode()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "*", "AAA", "AB", "A=" })
	void refusesSignatureThatIsNotBase64OrTooShort(String signature) {
		for (SignatureForm form : SignatureForm.values()) {
			assertThat(refusal(this.verifier,
					DecisionSigner.deliver(this.signer.approval(form).put("signature", signature)),
					List.of(this.signer.key())))
				.isIn(Failure.MALFORMED, Failure.BAD_SIGNATURE);
		}
	}

	static Stream<UnaryOperator<String>> spellings() {
		return Stream.of((text) -> text, (text) -> text + "==", (text) -> text.replace('-', '+').replace('_', '/'),
				(text) -> text.replace('-', '+').replace('_', '/') + "==");
	}

	@ParameterizedTest
	@MethodSource("spellings")
	void takesSignatureInEachSpelling(UnaryOperator<String> spelling) throws DecisionVerificationException {
		ObjectNode body = this.signer.approval(SignatureForm.TEXT);
		body.put("signature", spelling.apply(body.get("signature").stringValue()));
		assertThat(verify(body).verdict()).isEqualTo(Verdict.APPROVE);
	}

	@ParameterizedTest
	@EnumSource
	void findsWhetherADecisionIsSignedWithoutUsingItsNonce(SignatureForm form) {
		ObjectNode body = this.signer.approval(form);
		assertThat(isSigned(body, this.now)).isTrue();
		assertThat(isSigned(body, DecisionSigner.EXPIRY.plusSeconds(61))).isFalse();
		assertThat(isSigned(body.deepCopy().put("decision", "Approve"), this.now)).isFalse();
		assertThat(isSigned(body.deepCopy().put("decision", "reject"), this.now)).isFalse();
		assertThat(isSigned(body.deepCopy().put("artifactHash", DecisionSigner.ARTIFACT_HASH.toUpperCase()), this.now))
			.isFalse();
		assertThat(this.usedNonces).isEmpty();
	}

	private boolean isSigned(ObjectNode body, Instant receivedAt) {
		return this.verifier.isSigned(DecisionSigner.deliver(body), DecisionSigner.REQUEST_ID,
				DecisionSigner.ARTIFACT_HASH, List.of(this.signer.key()), receivedAt);
	}

	@Test
	void repeatsNeitherSignatureNorNonceInMessages() {
		ObjectNode body = new DecisionSigner("other").sign(SignatureForm.TEXT,
				this.signer.approval(SignatureForm.TEXT));
		assertThatExceptionOfType(DecisionVerificationException.class).isThrownBy(() -> verify(body))
			.withMessageContaining(this.signer.key().fingerprint())
			.withMessageNotContainingAny(body.get("signature").stringValue(), DecisionSigner.NONCE);
		assertThat(DecisionSigner.deliver(body)).asString()
			.contains(DecisionSigner.REQUEST_ID)
			.doesNotContain(DecisionSigner.NONCE);
	}

	@Test
	void showsNoReason() throws DecisionVerificationException {
		assertThat(verify(this.signer.approval(SignatureForm.SDK_JSON)))
			.hasToString("VerifiedDecision[requestId=%s, verdict=APPROVE, signerKey=key-1, form=SDK_JSON]"
				.formatted(DecisionSigner.REQUEST_ID));
	}

	private DecisionVerifier verifier(Set<SignatureForm> forms) {
		InstantSource clock = () -> this.now;
		return new DecisionVerifier(forms, this.journal, clock);
	}

	private VerifiedDecision verify(ObjectNode body) throws DecisionVerificationException {
		return verify(new DecisionMessage(DecisionMessage.MSG_TYPE, DecisionSigner.REQUEST_ID,
				DecisionSigner.EXPIRY.toString(), body));
	}

	private VerifiedDecision verify(DecisionMessage message) throws DecisionVerificationException {
		return this.verifier.verify(message, DecisionSigner.REQUEST_ID, DecisionSigner.ARTIFACT_HASH,
				List.of(this.signer.key()));
	}

	private void assertRefused(Failure failure, JsonNode body) {
		assertRefused(failure, DecisionSigner.deliver(body));
	}

	private void assertRefused(Failure failure, DecisionMessage message) {
		assertRefused(failure, message, List.of(this.signer.key()));
		assertThat(this.usedNonces).isEmpty();
	}

	private void assertRefused(Failure failure, DecisionMessage message, List<SignerKey> keys) {
		assertThat(refusal(this.verifier, message, keys)).isEqualTo(failure);
	}

	private void assertRefusedAfterUse(Failure failure, JsonNode body) {
		assertRefused(failure, DecisionSigner.deliver(body), List.of(this.signer.key()));
	}

	private static Failure refusal(DecisionVerifier verifier, DecisionMessage message, List<SignerKey> keys) {
		try {
			verifier.verify(message, DecisionSigner.REQUEST_ID, DecisionSigner.ARTIFACT_HASH, keys);
		}
		catch (DecisionVerificationException ex) {
			return ex.getFailure();
		}
		throw new AssertionError("The decision was verified");
	}

}
