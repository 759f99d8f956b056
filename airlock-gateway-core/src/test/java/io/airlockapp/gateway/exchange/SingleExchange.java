/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;

import javax.net.ssl.SSLHandshakeException;

import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ArtifactSubmission;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeState;
import io.airlockapp.gateway.client.ExchangeStatus;
import io.airlockapp.gateway.client.GatewayError;
import io.airlockapp.gateway.client.GatewayResponseException;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.harp.Ciphertext;
import io.airlockapp.gateway.support.Backoff;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.FixedRandom;
import io.airlockapp.gateway.support.VirtualTicker;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.web.client.ResourceAccessException;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * One exchange with a mocked gateway in virtual time, and the gateway's answers.
 */
final class SingleExchange {

	static final String REQUEST_ID = "req-6f9619ff-8b86-4011-b42d-00c04fc964ff";

	private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

	final AirlockGatewayApi api = mock();

	final VirtualTicker ticker = new VirtualTicker();

	/**
	 * Whether a decision in a status verifies.
	 */
	Predicate<ReceivedDecision> signed = (delivery) -> body().equals(delivery.message().body());

	/**
	 * The time of day.
	 */
	Instant now = NOW;

	final ExchangeClient calls = new ExchangeClient(this.api,
			new GatewayRequestExecutor(new GatewayRateLimiter(1_000_000, Duration.ofSeconds(1), this.ticker)), "shop",
			() -> NOW);

	SingleExchange() {
		given(this.api.withdraw(any(), any())).willReturn(withdrawn());
	}

	/**
	 * Return a deadline by a clock that stands still unless it is set.
	 */
	ApprovalDeadline deadline(Duration timeout) {
		return new ApprovalDeadline(Deadline.in(timeout, this.ticker), this.now.plus(timeout), () -> this.now,
				Duration.ofSeconds(2));
	}

	/**
	 * Run an exchange in this thread, with pauses of the longest.
	 */
	ReceivedDecision run(EncryptedArtifact artifact, Duration timeout, Duration pollTimeout) {
		ApprovalDeadline deadline = deadline(timeout);
		ExchangeRetries pauses = pauses(deadline);
		return run(artifact, deadline, pauses,
				new DecisionReceiver(this.calls, artifact, deadline, this.signed, pollTimeout, pauses, this.ticker));
	}

	/**
	 * Run an exchange in this thread, whose decision arrives in some way.
	 */
	ReceivedDecision run(Duration timeout, DecisionReceiver receiver) {
		ApprovalDeadline deadline = deadline(timeout);
		return run(artifact(), deadline, pauses(deadline), receiver);
	}

	private ReceivedDecision run(EncryptedArtifact artifact, ApprovalDeadline deadline, ExchangeRetries pauses,
			DecisionReceiver receiver) {
		return run(new ApprovalExchange(this.calls, artifact, deadline, receiver, pauses, this.ticker));
	}

	/**
	 * Return a receiver of production.
	 */
	DecisionReceiver receiver(Duration timeout) {
		ApprovalDeadline deadline = deadline(timeout);
		return new DecisionReceiver(this.calls, artifact(), deadline, this.signed, Duration.ofSeconds(25),
				pauses(deadline), this.ticker);
	}

	private ExchangeRetries pauses(ApprovalDeadline deadline) {
		return new ExchangeRetries(REQUEST_ID, deadline.waiting(), new Backoff(FixedRandom.highest()), this.ticker);
	}

	/**
	 * Run an exchange in this thread.
	 */
	private static ReceivedDecision run(ApprovalExchange exchange) {
		PendingApprovals pending = new PendingApprovals(PendingLimits.of(10), Duration.ofSeconds(1), Halt.inMemory());
		RequestedApproval approval = mock();
		given(approval.pending()).willReturn(new PendingApproval(REQUEST_ID, "Pay out", Instant.EPOCH, Instant.EPOCH));
		try (PendingApprovals.Waiter waiter = pending.enter(approval)) {
			return exchange.run(waiter);
		}
	}

	static Envelope<JsonNode> withdrawn() {
		return new Envelope<>("msg-3", "exchange.withdrawn", REQUEST_ID, null, null, null, null, null, null);
	}

	static EncryptedArtifact artifact() {
		ArtifactSubmission body = new ArtifactSubmission("command.review", "00ff",
				new Ciphertext("AES-256-GCM", "ZGF0YQ==", "bm9uY2U=", "dGFn"), "2026-11-24T10:05:00Z", Map.of());
		return new EncryptedArtifact(REQUEST_ID, "00ff",
				Envelope.of(ArtifactSubmission.MSG_TYPE, REQUEST_ID, NOW, null, "shop", body));
	}

	static Envelope<JsonNode> decision() {
		return new Envelope<>("msg-1", "decision.deliver", REQUEST_ID, null, null, null, null, null, body());
	}

	static Envelope<ExchangeStatus> status(ExchangeState state, @Nullable ObjectNode decision) {
		return status(state, "00ff", decision);
	}

	static Envelope<ExchangeStatus> status(ExchangeState state, String hash, @Nullable ObjectNode decision) {
		return new Envelope<>("msg-2", "exchange.status", REQUEST_ID, null, null, null, null, null,
				new ExchangeStatus(REQUEST_ID, state, hash, decision));
	}

	static ObjectNode body() {
		return JsonNodeFactory.instance.objectNode()
			.put("artifactHash", "00ff")
			.put("decision", "approve")
			.put("nonce", "bm9uY2U")
			.put("signerKeyId", "key-1")
			.put("signature", "c2ln");
	}

	static GatewayResponseException error(int status) {
		return error(status, null);
	}

	static GatewayResponseException error(int status, @Nullable String code) {
		return new GatewayResponseException(new GatewayError(status, code, null, null, null));
	}

	static ResourceAccessException connectionLost() {
		return new ResourceAccessException("Lost", new IOException("Connection reset"));
	}

	static ResourceAccessException certificateRejected() {
		SSLHandshakeException failure = new SSLHandshakeException("PKIX path building failed");
		failure.initCause(new CertificateException("Not trusted"));
		return new ResourceAccessException("Rejected", failure);
	}

}
