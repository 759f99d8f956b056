/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.airlockapp.gateway.harp.DecisionVerificationException.Failure;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Verifies decisions. Every returned decision was signed by a paired key for exactly the
 * given request and artifact; any doubt results in a
 * {@link DecisionVerificationException}.
 *
 * @param acceptedForms the accepted forms of signatures
 * @param journal the journal of used nonces
 * @param clock the clock for expiry
 */
public record DecisionVerifier(Set<SignatureForm> acceptedForms, ReplayJournal journal, InstantSource clock) {

	private static final Duration SKEW = Duration.ofSeconds(60);

	private static final int MAX_REASON = 1000;

	private static final Set<String> SCOPES = Set.of("once", "timebox");

	public DecisionVerifier {
		if (acceptedForms.isEmpty()) {
			throw new IllegalArgumentException("At least one signature form must be accepted");
		}
		acceptedForms = Set.copyOf(acceptedForms);
	}

	/**
	 * Return a verifier for callers that store the time until which a decision is used,
	 * which replaces the expiry in the decision.
	 * @param otherJournal the journal of used nonces
	 * @return the verifier
	 */
	public DecisionVerifier withoutExpiry(ReplayJournal otherJournal) {
		return new DecisionVerifier(this.acceptedForms, otherJournal, () -> Instant.MIN);
	}

	/**
	 * Verify a decision that was just received.
	 * @param message the decision as received
	 * @param requestId the id of the submitted request
	 * @param artifactHash the hash of the submitted artifact
	 * @param signerKeys the currently paired keys
	 * @return the verified decision
	 * @throws DecisionVerificationException if the decision does not verify
	 */
	public VerifiedDecision verify(DecisionMessage message, String requestId, String artifactHash,
			Collection<SignerKey> signerKeys) throws DecisionVerificationException {
		return verify(message, requestId, artifactHash, signerKeys, this.clock.instant());
	}

	/**
	 * Verify a decision. A decision that is delivered repeatedly for the same request
	 * verifies repeatedly; the caller is responsible for using it only once.
	 * @param message the decision as received
	 * @param requestId the id of the submitted request
	 * @param artifactHash the hash of the submitted artifact
	 * @param signerKeys the currently paired keys
	 * @param receivedAt the time at which the decision was received, by which its expiry
	 * is judged
	 * @return the verified decision
	 * @throws DecisionVerificationException if the decision does not verify
	 */
	public VerifiedDecision verify(DecisionMessage message, String requestId, String artifactHash,
			Collection<SignerKey> signerKeys, Instant receivedAt) throws DecisionVerificationException {
		if (!DecisionMessage.MSG_TYPE.equals(message.msgType()) || !(message.body() instanceof ObjectNode received)) {
			throw failure(Failure.MALFORMED, "The message is not a decision");
		}
		// A gateway may send absent members as null; none of the forms signs a null
		ObjectNode body = received.deepCopy().removeIf(JsonNode::isNull);
		if (!requestId.equals(message.requestId())
				|| (body.has("requestId") && !requestId.equals(text(body, "requestId")))) {
			throw failure(Failure.OTHER_REQUEST, "The decision was given for another request");
		}
		if (!artifactHash.equals(text(body, "artifactHash"))) {
			throw failure(Failure.OTHER_ARTIFACT, "The decision was given for another artifact");
		}
		Verdict verdict = verdict(text(body, "decision"));
		String nonce = text(body, "nonce");
		if (nonce.isBlank()) {
			throw failure(Failure.MALFORMED, "'nonce' is blank");
		}
		String reason = body.has("reason") ? abridge(text(body, "reason")) : null;
		List<SignerKey> keys = keys(text(body, "signerKeyId"), signerKeys);
		VerifiedDecision decision = verifySignature(requestId, body, verdict, reason, keys);
		verifyNotExpired(findTime(message.expiresAt()), receivedAt);
		verifyNotExpired(body.has("expiresAt") ? time(text(body, "expiresAt")) : null, receivedAt);
		// The nonce is recorded last, so that only signed decisions can use up a nonce
		if (!this.journal.use(decision.signerKey(), nonce, requestId)) {
			throw failure(Failure.REPLAYED, "The decision's nonce was already used for another request");
		}
		return decision;
	}

	/**
	 * Return whether a decision verifies, apart from whether its nonce was used for
	 * another request. No use is recorded.
	 * @param message the decision as received
	 * @param requestId the id of the submitted request
	 * @param artifactHash the hash of the submitted artifact
	 * @param signerKeys the keys that may have signed it
	 * @param receivedAt the time at which the decision was received
	 * @return whether it does
	 */
	public boolean isSigned(DecisionMessage message, String requestId, String artifactHash,
			Collection<SignerKey> signerKeys, Instant receivedAt) {
		try {
			new DecisionVerifier(this.acceptedForms, (key, nonce, id) -> true, this.clock).verify(message, requestId,
					artifactHash, signerKeys, receivedAt);
			return true;
		}
		catch (DecisionVerificationException ex) {
			return false;
		}
	}

	/**
	 * Shorten a reason, which not all forms sign, so that a gateway does not determine
	 * how much memory is needed where reasons are kept. Half a character, which cannot be
	 * stored, is replaced.
	 */
	private static String abridge(String reason) {
		String start = (reason.length() > MAX_REASON) ? reason.substring(0, MAX_REASON) + "…" : reason;
		return new String(start.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
	}

	private static Verdict verdict(String decision) throws DecisionVerificationException {
		return switch (decision) {
			case "approve" -> Verdict.APPROVE;
			case "reject" -> Verdict.REJECT;
			default -> throw failure(Failure.MALFORMED, "'decision' is neither 'approve' nor 'reject'");
		};
	}

	/**
	 * Return the keys with an id. A phone that was paired again can have the id of its
	 * former key.
	 */
	private static List<SignerKey> keys(String id, Collection<SignerKey> signerKeys)
			throws DecisionVerificationException {
		List<SignerKey> keys = signerKeys.stream().filter((key) -> key.isNamed(id)).toList();
		if (keys.isEmpty()) {
			throw failure(Failure.UNKNOWN_KEY,
					"No paired signer key has the decision's key id; the ids of the paired keys are "
							+ signerKeys.stream().map(SignerKey::id).toList());
		}
		return keys;
	}

	private VerifiedDecision verifySignature(String requestId, ObjectNode body, Verdict verdict,
			@Nullable String reason, List<SignerKey> keys) throws DecisionVerificationException {
		boolean core = SignatureForm.isCore(body);
		if (core) {
			verifyCoreMembers(body);
		}
		byte[] signature;
		try {
			signature = HarpBase64.decode(text(body, "signature"));
		}
		catch (IllegalArgumentException ex) {
			throw failure(Failure.MALFORMED, "'signature' is not base64url");
		}
		List<SignatureForm> candidates = core ? List.of(SignatureForm.CORE)
				: List.of(SignatureForm.TEXT, SignatureForm.SDK_JSON);
		for (SignatureForm form : candidates) {
			if (this.acceptedForms.contains(form)) {
				byte[] signed = signedBytes(form, requestId, body);
				for (SignerKey key : keys) {
					if (key.verifies(signed, signature)) {
						return new VerifiedDecision(requestId, verdict, reason, key,
								new DecisionEvidence(requestId, text(body, "artifactHash"), text(body, "decision"),
										form, new String(signed, StandardCharsets.UTF_8), HarpBase64.encode(signature),
										key.id(), key.encode()));
					}
				}
			}
		}
		throw failure(Failure.BAD_SIGNATURE, "The decision's signature does not verify with "
				+ keys.stream().map((key) -> "key " + key.fingerprint()).collect(Collectors.joining(", ")));
	}

	private static byte[] signedBytes(SignatureForm form, String requestId, ObjectNode body)
			throws DecisionVerificationException {
		try {
			return form.signedBytes(requestId, body);
		}
		catch (IllegalArgumentException ex) {
			throw failure(Failure.MALFORMED, "The decision has no canonical form");
		}
	}

	private static void verifyCoreMembers(JsonNode body) throws DecisionVerificationException {
		text(body, "requestId");
		if (!"Ed25519".equals(text(body, "sigAlg"))) {
			throw failure(Failure.MALFORMED, "'sigAlg' is not Ed25519");
		}
		if (body.has("artifactHashAlg") && !"SHA-256".equals(text(body, "artifactHashAlg"))) {
			throw failure(Failure.MALFORMED, "'artifactHashAlg' is not SHA-256");
		}
		if (!SCOPES.contains(text(body, "scope"))) {
			throw failure(Failure.WRONG_SCOPE, "'scope' is neither 'once' nor 'timebox'");
		}
	}

	private static void verifyNotExpired(@Nullable Instant expiry, Instant receivedAt)
			throws DecisionVerificationException {
		if (expiry != null && receivedAt.isAfter(expiry.plus(SKEW))) {
			throw failure(Failure.EXPIRED, "The decision has expired");
		}
	}

	private static Instant time(String text) throws DecisionVerificationException {
		Instant time = findTime(text);
		if (time == null) {
			throw failure(Failure.MALFORMED, "'expiresAt' is not an RFC 3339 time");
		}
		return time;
	}

	/**
	 * Return a time, if there is one. The envelope is not signed, and a gateway can leave
	 * its expiry out, so that a malformed one must not cost an approval.
	 */
	private static @Nullable Instant findTime(@Nullable String text) {
		try {
			return (text != null) ? OffsetDateTime.parse(text).toInstant() : null;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	private static String text(JsonNode body, String name) throws DecisionVerificationException {
		JsonNode value = body.get(name);
		if (value == null || !value.isString()) {
			throw failure(Failure.MALFORMED, "'%s' is missing or not a text".formatted(name));
		}
		return value.stringValue();
	}

	private static DecisionVerificationException failure(Failure failure, String message) {
		return new DecisionVerificationException(failure, message);
	}

}
