/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.exchange;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.approval.snapshot.CommandText;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.CallTerms;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import io.airlockapp.gateway.exchange.ApprovalDependencies;
import io.airlockapp.gateway.exchange.ApprovalPairings;
import io.airlockapp.gateway.exchange.ArtifactHeader;
import io.airlockapp.gateway.exchange.EncryptedArtifact;
import io.airlockapp.gateway.exchange.ExchangeClient;
import io.airlockapp.gateway.exchange.ExchangeFailures;
import io.airlockapp.gateway.exchange.ExchangeInspector;
import io.airlockapp.gateway.exchange.ExchangeReport;
import io.airlockapp.gateway.exchange.ExchangeReport.Standing;
import io.airlockapp.gateway.exchange.ReceivedDecision;
import io.airlockapp.gateway.harp.ArtifactCipher;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.CanonicalJson;
import io.airlockapp.gateway.harp.DecisionVerificationException;
import io.airlockapp.gateway.harp.ReplayJournal;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.harp.StrictUtf8;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Performs the steps of an exchange one by one, for callers that store the state of the
 * exchange between them. A step neither retries nor waits for longer than the gateway
 * holds a request, and keeps nothing.
 */
public final class ApprovalSteps {

	/**
	 * The maximum time to wait for the rate limiter.
	 */
	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final String COMMAND = "commandText";

	private static final String DESCRIPTION = "description";

	private final ApprovalDependencies dependencies;

	private final ExchangeClient client;

	private final ApprovalPairings pairings;

	/**
	 * Create the steps.
	 * @param api the gateway's endpoints
	 * @param dependencies the collaborators
	 */
	public ApprovalSteps(AirlockGatewayApi api, ApprovalDependencies dependencies) {
		this.dependencies = dependencies;
		this.client = new ExchangeClient(api, dependencies.requestExecutor(), dependencies.enforcer().id(),
				dependencies.clock());
		this.pairings = new ApprovalPairings(dependencies.pairingSource());
	}

	/**
	 * Create the plaintext of a request: exactly what is encrypted for the approver, and
	 * what the artifact hash covers.
	 * @param request the request
	 * @param approvers the approvers: a group without the pairings of an excluded
	 * requester, or those of one pairing
	 * @param requester the requester, or {@code null} if unknown
	 * @param requestId the request's id
	 * @param createdAt the time of creation
	 * @param expiresAt the time of expiry
	 * @param more additional members. The approver sees the contexts among them
	 * @return the plaintext as canonical JSON
	 * @throws ApprovalUnavailableException if the pairings of an excluded requester
	 * cannot be read
	 */
	public String createPlaintext(ApprovalRequest request, ApproverGroup approvers, @Nullable String requester,
			String requestId, Instant createdAt, Instant expiresAt, ObjectNode more) {
		ObjectNode plaintext = EncryptedArtifact.plaintext(request, this.dependencies.enforcer(), requestId, createdAt,
				expiresAt);
		if (request.getApprovers() != null) {
			ApproverGroups groups = this.dependencies.approvers();
			CallTerms.of(requestId, approvers, groups.persons(), requester).addTo(plaintext);
			Set<String> excluded = groups.excludedPairings(request.getApprovers(), requester);
			new ExcludedRequester(excluded, readKeys(excluded)).addTo(plaintext);
		}
		plaintext.setAll(more);
		plaintext.put(COMMAND, commandText(request, plaintext));
		return CanonicalJson.toText(plaintext);
	}

	private Set<String> readKeys(Set<String> excluded) {
		try {
			return keysOf(new ExcludedRequester(excluded, Set.of()));
		}
		catch (Throwable ex) {
			throw ApprovalPairings.unreadable("The pairings of the requester", ex);
		}
	}

	/**
	 * Return whether a plaintext shows a request of this application: whether all of its
	 * members but the id and the times are those of {@link #createPlaintext}. It may have
	 * additional members, which the caller has to know.
	 * @param plaintext the plaintext
	 * @param request the request
	 * @return whether the approver saw the request
	 */
	public boolean shows(JsonNode plaintext, ApprovalRequest request) {
		ObjectNode expected = EncryptedArtifact.plaintext(request, this.dependencies.enforcer(), "", Instant.EPOCH,
				Instant.EPOCH);
		expected.remove(List.of("requestId", "createdAt", "expiresAt"));
		expected.put(COMMAND, commandText(request, plaintext));
		ObjectNode shown = JsonNodeFactory.instance.objectNode();
		expected.propertyNames().forEach((name) -> shown.set(name, plaintext.path(name)));
		if (plaintext.has(StoredBallot.CALL)) {
			// The first line is that of the group
			String description = plaintext.path(DESCRIPTION).asString("");
			shown.put(DESCRIPTION, description.substring(description.indexOf('\n') + 1));
		}
		return !shown.valueStream().anyMatch(JsonNode::isMissingNode)
				&& CanonicalJson.toText(shown).equals(CanonicalJson.toText(expected));
	}

	private static String commandText(ApprovalRequest request, JsonNode plaintext) {
		String contexts = RecordedContexts.of(plaintext).lines();
		String text = request.getCommandText() + contexts;
		if (!contexts.isEmpty() && text.length() > CommandText.MAX_LENGTH) {
			throw new InvalidApprovalUsageException(
					"The call of %s is too long to be shown to a person with its contexts: its text has %s characters, and may have %s"
						.formatted(request.getGate(), text.length(), CommandText.MAX_LENGTH));
		}
		return text;
	}

	/**
	 * Encrypt a plaintext for the approvers of a pairing, with the id of the pairing.
	 * @param plaintext the plaintext
	 * @param pairing the name of the pairing
	 * @return the artifact
	 * @throws AirlockGatewayException if the pairing is not in force
	 */
	public SealedArtifact seal(String plaintext, String pairing) {
		Pairing inForce = this.pairings.require(pairing);
		byte[] content = StrictUtf8.encode(StoredBallot.plaintext(plaintext, inForce.id()));
		return new SealedArtifact(ArtifactCipher.seal(inForce.encryptionKey(), content), inForce.id(),
				inForce.signerKeys());
	}

	/**
	 * Return whether the approvers of a pairing can decrypt an artifact. After pairing
	 * anew, they cannot.
	 * @param artifact the artifact
	 * @param hash the artifact hash
	 * @param pairing the name of the pairing
	 * @return whether the artifact was encrypted with the key that is in force, and
	 * contains the plaintext with this hash
	 * @throws AirlockGatewayException if the pairing is not in force
	 */
	public boolean isSealedFor(SealedArtifact artifact, String hash, String pairing) {
		Pairing inForce = this.pairings.require(pairing);
		try {
			return ArtifactHash.of(ArtifactCipher.open(inForce.encryptionKey(), artifact.ciphertext())).equals(hash);
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	/**
	 * Submit an artifact. It may be submitted repeatedly. The routing token is that of
	 * the pairing in force.
	 * @param header the clear text of the request
	 * @param artifact the artifact
	 * @param pairing the name of the pairing
	 * @throws AirlockGatewayException if the gateway does not hold the request afterwards
	 * as far as known; {@link AirlockGatewayException#isOtherContent()} if it holds the
	 * request with other content
	 */
	public void submit(ArtifactHeader header, SealedArtifact artifact, String pairing) {
		Pairing inForce = this.pairings.require(pairing);
		EncryptedArtifact encrypted = EncryptedArtifact.of(header, artifact.ciphertext(), inForce.routingToken(),
				this.dependencies.enforcer(), Map.of());
		try {
			this.client.onPairingRevoked(() -> this.pairings.revoked(inForce))
				.submit(encrypted.envelope(), PATIENCE, null);
		}
		catch (AirlockGatewayException ex) {
			if (!ex.isConflict()) {
				throw ex;
			}
			if (!ex.isDecided()) {
				requireSameContent(header, ex);
			}
		}
	}

	private void requireSameContent(ArtifactHeader header, AirlockGatewayException conflict) {
		ExchangeReport report = inspect(header.requestId(), header.hash());
		switch (report.standing()) {
			case OTHER_CONTENT -> throw AirlockGatewayException.ofOtherContent();
			case UNKNOWN, UNCLEAR -> throw (report.failure() != null) ? report.failure() : conflict;
			default -> {
			}
		}
	}

	/**
	 * Wait once for the decision. After a failed wait, the state of the exchange is
	 * requested, since the decision may have been delivered without being received.
	 * @param requestId the request's id
	 * @param hash the artifact hash
	 * @param hold the time for which the gateway may hold the request, in whole seconds
	 * @return the state of the exchange
	 */
	public ExchangeReport poll(String requestId, String hash, Duration hold) {
		try {
			ReceivedDecision delivery = this.client.awaitDelivery(requestId, hold, RequestPriority.WAIT, PATIENCE,
					null);
			return (delivery != null) ? ExchangeReport.of(delivery) : ExchangeReport.of(Standing.UNDECIDED);
		}
		catch (AirlockGatewayException ex) {
			if (ex.isQuotaExceeded() || ExchangeFailures.isRefused(ex) || Thread.currentThread().isInterrupted()) {
				return ExchangeReport.of(Standing.UNCLEAR, ex);
			}
			ExchangeReport report = inspect(requestId, hash);
			return (report.standing() == Standing.UNCLEAR) ? ExchangeReport.of(Standing.UNCLEAR, ex) : report;
		}
	}

	/**
	 * Request the state of an exchange and an existing decision.
	 * @param requestId the request's id
	 * @param hash the artifact hash
	 * @return the state of the exchange
	 */
	public ExchangeReport inspect(String requestId, String hash) {
		// A wait shows the decision as it was signed
		return new ExchangeInspector(this.client, requestId, hash, (delivery) -> false, this.dependencies.ticker())
			.inspect(null);
	}

	/**
	 * Withdraw a request. If the gateway refuses, the state of the exchange is requested,
	 * since a decision may exist.
	 * @param requestId the request's id
	 * @param hash the artifact hash
	 * @return the state of the exchange
	 */
	public ExchangeReport withdraw(String requestId, String hash) {
		try {
			if (this.client.withdraw(requestId, PATIENCE, null)) {
				return ExchangeReport.of(Standing.WITHDRAWN);
			}
		}
		catch (AirlockGatewayException ex) {
			if (!ex.isConflict() && !ex.isExpired() && ex.getStatus() != 404) {
				return ExchangeReport.of(Standing.UNCLEAR, ex);
			}
		}
		return inspect(requestId, hash);
	}

	/**
	 * Return the keys with which an excluded requester could approve.
	 * @param requester the requester
	 * @return the keys of the requester's pairings when the call was recorded and now,
	 * those that were replaced included, as base64
	 * @throws RuntimeException if a pairing cannot be read
	 */
	public Set<String> keysOf(ExcludedRequester requester) {
		Set<String> keys = new HashSet<>(requester.keys());
		for (String name : requester.pairings()) {
			keys.addAll(this.dependencies.pairingSource().rawKeys(name));
		}
		return keys;
	}

	/**
	 * Return the keys whose decisions on a request are accepted.
	 * @param pairing the name of the pairing
	 * @param artifact the artifact
	 * @return the keys, or an empty list if the pairing that the artifact was encrypted
	 * for is known to be revoked
	 * @throws OtherPairingException if it is not the pairing of this instance
	 * @throws RuntimeException if the pairing cannot be read
	 */
	public List<SignerKey> keysFor(String pairing, SealedArtifact artifact) {
		List<SignerKey> askedKeys = artifact.signerKeys();
		List<SignerKey> keys = this.pairings.keysFor(pairing, artifact.pairing(), askedKeys);
		if (!Collections.disjoint(keys, askedKeys)) {
			return keys;
		}
		if (this.dependencies.pairingSource().isRevoked(pairing, askedKeys)) {
			return List.of();
		}
		throw new OtherPairingException(pairing);
	}

	/**
	 * Verify a decision. The time to start, which is part of the signed content, replaces
	 * the expiry in the decision and in its envelope.
	 * @param delivery the decision as received
	 * @param requestId the request's id
	 * @param hash the artifact hash
	 * @param keys the keys whose decisions are accepted
	 * @param journal the journal of used nonces
	 * @return the verified decision
	 * @throws DecisionVerificationException if the decision does not verify
	 */
	public ApprovalDecision verify(ReceivedDecision delivery, String requestId, String hash, List<SignerKey> keys,
			ReplayJournal journal) throws DecisionVerificationException {
		return ApprovalDecision
			.of(this.dependencies.verifier().withoutExpiry(journal).verify(delivery.message(), requestId, hash, keys));
	}

	/**
	 * Acknowledge a decision.
	 * @param requestId the request's id
	 * @param msgId the id of the delivered message, or {@code null} if there was none
	 * @throws AirlockGatewayException if it cannot be acknowledged
	 */
	public void acknowledge(String requestId, @Nullable String msgId) {
		if (msgId != null) {
			this.client.acknowledge(requestId, msgId, PATIENCE);
		}
	}

}
