/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.durable.CallKeys;
import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableCall;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.harp.Ciphertext;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.harp.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Calls, artifacts and decisions for tests.
 */
final class TestCalls {

	static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

	static final SignerKey KEY = SignerKey.of("key-1", "faNZHuVE0rWOA9nlwnRCUH9k8d7qZUUDzWNxa83lqRU=");

	static final SignerKey OTHER_KEY = SignerKey.of("key-2", "bssqPn/iye8PY+o2bg8oO9txYnkJBm/3RyMx8i5Wt4w=");

	static final String SECRET = "order-4711-\u00e4\ud83d\ude00";

	static final EncryptionKey STORE_KEY = EncryptionKey.of(new byte[32]);

	private TestCalls() {
	}

	static DurableCall call() {
		return call("req-" + UUID.randomUUID());
	}

	static DurableCall call(String id) {
		return call(id, NOW, NOW.plus(Duration.ofHours(24)));
	}

	static DurableCall call(String id, Instant recordedAt, Instant expiresAt) {
		return new DurableCall(
				new DurableApproval(id, "RefundService.refund", "Refund", DurableState.RECORDED, null, recordedAt,
						expiresAt, expiresAt.plus(Duration.ofMinutes(5)), null, null, null, null, null, null, 1,
						List.of("default"), List.of()),
				"refundService#refund(java.lang.String)", DurableCall.onePairing("default"), "command.review",
				"{\"arguments\":\"%s\"}".formatted(SECRET), "{\"order\":\"%s\",\"mask\":\"k\"}".formatted(SECRET),
				Map.of("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), 0, CallKeys.NONE,
				List.of());
	}

	/**
	 * Return the ballot with which a call is stored that has only one.
	 */
	static StoredBallot ballot(String id) {
		return StoredBallot.ofFirst(id, id, "default", null);
	}

	static StoredBallot ballot(String id, @Nullable SealedArtifact artifact) {
		return new StoredBallot(id, id, "default", 0, null, artifact, null, null, null, null);
	}

	static SealedArtifact artifact(String data) {
		return new SealedArtifact(new Ciphertext("AES-256-GCM", data, "bm9uY2U=", "dGFn"), "pairing-1",
				List.of(KEY, OTHER_KEY));
	}

	static StoredDecision decision(String id, Verdict verdict) {
		String word = (verdict == Verdict.APPROVE) ? "approve" : "reject";
		return new StoredDecision(
				new ApprovalDecision(id, verdict, "since " + SECRET, KEY.id(), KEY.fingerprint(),
						new DecisionEvidence(id, "a1".repeat(32), word, SignatureForm.TEXT,
								"a1".repeat(32) + "|" + word + "|n", "c2ln", KEY.id(), KEY.encode())),
				(verdict == Verdict.APPROVE) ? "msg-1" : null);
	}

}
