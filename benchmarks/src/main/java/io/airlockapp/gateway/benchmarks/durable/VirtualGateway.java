/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.durable;

import java.lang.reflect.Proxy;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.benchmarks.wire.DecisionSigner;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ArtifactSubmission;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.harp.DecisionMessage;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.SignerKey;
import tools.jackson.databind.JsonNode;

import org.springframework.http.ResponseEntity;

/**
 * Gateway in virtual time, which approves each request at a given time. It holds requests
 * for decisions as long as they ask for.
 */
final class VirtualGateway {

	private static final Duration LATENCY = Duration.ofMillis(100);

	private final Map<String, String> hashes = new HashMap<>();

	private final Map<String, Instant> decisions = new HashMap<>();

	private final List<Duration> requests = new ArrayList<>();

	private final DecisionSigner signer = new DecisionSigner();

	private final VirtualTime time;

	private final InstantSource clock;

	VirtualGateway(VirtualTime time) throws GeneralSecurityException {
		this.time = time;
		this.clock = time.clock();
	}

	Pairing pairing() {
		return new Pairing("routing-token", EncryptionKey.of(new byte[32]),
				List.of(SignerKey.of(DecisionSigner.KEY_ID, this.signer.publicKey())));
	}

	/**
	 * Let a request be approved.
	 */
	void decide(String requestId, Instant at) {
		this.decisions.put(requestId, at);
	}

	/**
	 * Return the times at which requests arrived.
	 */
	List<Duration> requests() {
		return this.requests;
	}

	/**
	 * Return the endpoints, of which only those for an exchange are supported.
	 */
	AirlockGatewayApi endpoints() {
		return (AirlockGatewayApi) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { AirlockGatewayApi.class }, (proxy, method, arguments) -> {
					this.requests.add(this.time.elapsed());
					this.time.sleep(LATENCY);
					return switch (method.getName()) {
						case "submitArtifact" -> submit((Envelope<?>) arguments[0]);
						case "awaitDecision" -> await((String) arguments[0], Duration.ofSeconds((int) arguments[1]));
						case "acknowledge" -> null;
						default -> throw new UnsupportedOperationException(method.getName());
					};
				});
	}

	private Envelope<JsonNode> submit(Envelope<?> envelope) {
		this.hashes.put(envelope.requestId(), ((ArtifactSubmission) envelope.body()).artifactHash());
		return null;
	}

	private ResponseEntity<Envelope<JsonNode>> await(String requestId, Duration hold) throws GeneralSecurityException {
		Instant decided = this.decisions.getOrDefault(requestId, Instant.MAX);
		Instant now = this.clock.instant();
		if (decided.isAfter(now.plus(hold))) {
			this.time.sleep(hold);
			return ResponseEntity.noContent().build();
		}
		if (decided.isAfter(now)) {
			this.time.sleep(Duration.between(now, decided));
		}
		JsonNode decision = HarpJson.mapper().readTree(this.signer.approve(this.hashes.get(requestId)));
		return ResponseEntity
			.ok(Envelope.of(DecisionMessage.MSG_TYPE, requestId, this.clock.instant(), null, "gateway", decision));
	}

}
